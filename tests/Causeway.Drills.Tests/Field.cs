using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Drills.Tests;

/// <summary>
/// The field of a drill: one or more servers on one store, four circuits with both sessions up to edges in this process, and eight workers of the mixed load.
/// </summary>
internal sealed class Field : IAsyncDisposable
{
    private const int Workers = 8;
    private const int Watched = 4;

    private readonly List<IServer> _servers = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Stopwatch _watch = new();
    private CircuitLife[] _lives = [];
    private Task _running = Task.CompletedTask;

    private Field(Figures figures, Caller customer, Caller provider, CustomerEdges edges, string group) =>
        (Figures, Customer, Provider, Edges, Group) = (figures, customer, provider, edges, group);

    public Figures Figures { get; }
    public Caller Customer { get; }
    public Caller Provider { get; }
    public CustomerEdges Edges { get; }
    public string Group { get; }

    public IReadOnlyList<IServer> Servers => _servers;

    public ServerProcess Process => ((OwnProcess)_servers[0]).Process;

    public long Acknowledged => Customer.Acknowledged + Provider.Acknowledged;

    /// <summary>Starts servers, sessions, and the load.</summary>
    /// <param name="prepare">Makes the servers, given the port of BGP sessions; the second and later ones are of the same installation as the first.</param>
    public static async Task<Field> StartAsync(Figures figures, CancellationToken stop, params Func<int, IServer?, IServer>[] prepare)
    {
        int port = FreePort();
        var servers = new List<IServer>();
        foreach (Func<int, IServer?, IServer> make in prepare)
        {
            IServer server = make(port, servers.FirstOrDefault());
            servers.Add(server);
            await server.StartAsync();
        }
        AccessFile access = AccessFile.Load(Path.Combine(servers[0].Data, "access.json"));
        AccessFile[] nodes =
        [
            .. servers.Select(s =>
                access with
                {
                    Endpoint = s.Endpoint,
                    ActiveDirectory = $"{s.Endpoint}/adfs",
                    CaFile = Path.Combine(s.Data, "ca.pem"),
                }
            ),
        ];
        var customer = new Caller([.. nodes.Select(n => new ArmClient(n, "customer", TimeProvider.System))], figures);
        var provider = new Caller([.. nodes.Select(n => new ArmClient(n, "provider", TimeProvider.System))], figures);
        string group = $"/subscriptions/{customer.Subscription}/resourceGroups/drill";
        await customer.PutAsync(group, new JsonObject { ["location"] = "westeurope" }, stop, ArmClient.ResourcesVersion);
        var field = new Field(figures, customer, provider, new CustomerEdges(port), group);
        field._servers.AddRange(servers);
        await field.SessionsAsync(stop);
        field._lives = [.. Enumerable.Range(0, Workers).Select(i => new CircuitLife(i, customer, provider, group, figures))];
        field._watch.Start();
        field._running = Task.WhenAll(field._lives.Select(l => Task.Run(() => l.RunAsync(field._end.Token), stop)));
        return field;
    }

    private async Task SessionsAsync(CancellationToken stop)
    {
        for (int i = 0; i < Watched; i++)
        {
            string circuit = $"{Group}/providers/Microsoft.Network/expressRouteCircuits/watched-{i}";
            await Customer.PutAsync(circuit, Samples.Circuit(), stop);
            string key = (await Customer.FindAsync(circuit, stop))!["properties"]!["serviceKey"]!.ToString();
            await Provider.PutAsync(
                $"/subscriptions/{Provider.Subscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}",
                new JsonObject { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = "Provisioned" } },
                stop
            );
            string first = $"127.119.{i}.0";
            await Customer.PutAsync($"{circuit}/peerings/AzurePrivatePeering", Samples.Peering(first), stop);
            await Edges.AddAsync($"watched-{i}-primary", IpPrefix.Parse($"{first}/30"), IpPrefix.Parse($"10.{10 + i}.0.0/24"));
            await Edges.AddAsync($"watched-{i}-secondary", IpPrefix.Parse($"127.119.{i}.4/30"), IpPrefix.Parse($"10.{10 + i}.0.0/24"));
        }
        await Edges.AllUpAsync(TimeSpan.FromSeconds(60));
        Edges.Forget();
    }

    /// <summary>Waits for more answers; a drill in which nothing happens proves nothing.</summary>
    public Task MoreAnswersAsync(int more, string when)
    {
        long before = Acknowledged;
        return Eventually.Get(
            () => Acknowledged,
            now => now >= before + more || _running.IsCompleted,
            $"{more} answers more than {before} {when}\n{Tail()}",
            TimeSpan.FromMinutes(2)
        );
    }

    /// <summary>Ends the load, waits until everything is at rest, and compares what is there with what was answered.</summary>
    /// <param name="sessionsMayDrop">A killed process takes its embedded sessions with it; they still have to come back.</param>
    public async Task EndAsync(CancellationToken stop, bool sessionsMayDrop = false)
    {
        await _end.CancelAsync();
        await _running;
        TimeSpan took = _watch.Elapsed;
        foreach (CircuitLife life in _lives)
            await life.VerifyAsync(stop);
        await MetersAsync(stop);
        if (!sessionsMayDrop)
            foreach (string drop in Edges.Drops)
                Figures.Dropped.Add(drop);
        try
        {
            await Edges.AllUpAsync(Drill.RestWithin);
        }
        catch (TimeoutException e)
        {
            Figures.Dropped.Add(e.Message);
        }
        Figures.Say("answers acknowledged", Acknowledged);
        Figures.Say("answered 503", Customer.Unavailable + Provider.Unavailable);
        Figures.Say("circuits", _lives.Sum(l => l.Circuits.Count));
        Figures.Say("load", took.TotalSeconds, "s");
        Figures.Say("slowest step", _lives.Max(l => l.Slowest).TotalSeconds, "s");
        if (sessionsMayDrop)
            Figures.Say("sessions that ended with their process", Edges.Drops.Count);
    }

    private async Task MetersAsync(CancellationToken stop)
    {
        List<JsonNode> records = await Customer.ListAsync(
            $"/subscriptions/{Customer.Subscription}/providers/Causeway.Billing/usageRecords",
            stop
        );
        ILookup<string, JsonNode> byKey = records
            .Where(r => r["properties"]!["meter"]!.ToString() == "Circuit")
            .ToLookup(r => r["properties"]!["serviceKey"]!.ToString());
        foreach (
            KnownCircuit circuit in _lives
                .SelectMany(l => l.Circuits)
                .Where(c => c is { Created: true, ServiceKey: not null, MayBeLate: false })
        )
        {
            JsonNode[] mine = [.. byKey[circuit.ServiceKey!]];
            if (mine.Length != 1)
                Figures.Meters.Add($"{circuit.Id} has {mine.Length} circuit records; it must have one");
            else if (mine[0]["properties"]!["running"]!.GetValue<bool>() == circuit.Gone)
                Figures.Meters.Add($"{circuit.Id}: gone is {circuit.Gone}, and its meter says the opposite");
        }
    }

    public string Tail() =>
        string.Join("\n", _servers.Select((s, i) => $"server {i + 1}: {(s.Output.Length > 4000 ? s.Output[^4000..] : s.Output)}"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Edges.DisposeAsync();
        Customer.Dispose();
        Provider.Dispose();
        foreach (IServer server in _servers)
            await server.DisposeAsync();
        _end.Dispose();
    }
}
