using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Client.Resources;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Contracts.Resources;
using Causeway.Primitives;

namespace Causeway.Demo.Chapters;

/// <summary>
/// A part of the demo that can be told by itself: what it needs from before it makes quietly. Everything goes through the public API only, by people with
/// logins of their own, and a customer's router with real BGP sessions. Every claim is read back from the server or from the router before it is shown.
/// </summary>
internal abstract class DemoChapter(DemoCast cast) : IAsyncDisposable
{
    protected const string Region = "westeurope";
    protected const string Provider = "Equinix";
    protected const string City = "Amsterdam";
    protected static readonly string[] Sides = ["primary", "secondary"];

    private readonly string _group = Ids.Group(cast.Contoso.Arm.Subscription(), "contoso-network");

    protected CausewayClient Contoso => cast.Contoso;
    protected CausewayClient Fabrikam => cast.Fabrikam;
    protected CausewayClient Equinix => cast.Equinix;
    protected DemoTeller Tell => cast.Tell;
    protected DemoCast Cast => cast;

    /// <summary>Contoso's router, of this chapter alone.</summary>
    protected CustomerRouter Router { get; } = new(cast.Time);

    /// <summary>Of the circuit that the chapter is about.</summary>
    protected abstract string Name { get; }

    /// <summary>The path of Contoso's subscription.</summary>
    protected string Subscription => $"/subscriptions/{Contoso.Arm.Subscription()}";

    protected string Circuit => Ids.Circuit(_group, Name);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var watcher = new DemoWatcher(Contoso, Circuit, Tell, cast.Time);
        Task watched = watcher.RunAsync(watching.Token);
        try
        {
            await TellAsync(watcher, cancellation);
        }
        finally
        {
            await watching.CancelAsync();
            await watched;
        }
    }

    protected abstract Task TellAsync(DemoWatcher watcher, CancellationToken cancellation);

    /// <returns>The service key.</returns>
    protected async Task<string> OrderAsync(int mbps, CancellationToken cancellation)
    {
        await GroupAsync(Contoso, _group, cancellation);
        Document<CircuitBody> circuit = await Contoso.Circuits.OrderAsync(
            Circuit,
            new CircuitOrderBody(
                Region,
                Tags: null,
                new SkuBody("Standard_MeteredData", "Standard", "MeteredData"),
                new CircuitOrderProperties(new ServiceProviderProperties(Provider, City, mbps))
            ),
            wait: true,
            cancellation
        );
        return circuit.Body.Properties.ServiceKey.ToString();
    }

    protected static Task<Document<GroupBody>> GroupAsync(CausewayClient who, string group, CancellationToken cancellation) =>
        who.Groups.PutAsync(group, new GroupBody { Location = Region }, ResourcesContract.Default.GroupBody, wait: true, cancellation);

    protected async Task<Document<CrossConnectionBody>> MoveAsync(string key, string state, string notes, CancellationToken cancellation)
    {
        Document<CrossConnectionBody> order =
            await Equinix.CrossConnections.FindOrderAsync(Equinix.Arm.Subscription(), key, cancellation)
            ?? throw new ClientException($"The provider's list of orders does not hold service key {key}.");
        return await Equinix.CrossConnections.MoveAsync(order.Body, state, notes, wait: true, cancellation);
    }

    /// <summary>Contoso's router comes up, with a session to each of our edges.</summary>
    protected Task StartRouterAsync(
        Asn asn,
        IpPrefix primary,
        IpPrefix secondary,
        IReadOnlyList<IpPrefix> announce,
        CancellationToken cancellation
    ) =>
        Router.StartAsync(
            asn,
            cast.Asn,
            cast.BgpPort,
            new Dictionary<string, IpPrefix> { ["primary"] = primary, ["secondary"] = secondary },
            announce,
            cancellation
        );

    protected Task<IReadOnlyList<Document<SessionBody>>> EstablishedAsync(string peering, CancellationToken cancellation) =>
        UntilAsync(
            () => Contoso.Peerings.SessionsAsync(peering, cancellation),
            seen => seen.Count == Sides.Length && seen.All(s => s.Body.State == "Established"),
            "both sessions to be Established",
            cancellation
        );

    /// <summary>Both of our routers have exactly these routes of Contoso's: shown one by one.</summary>
    protected async Task LearnedAsync(string peering, IReadOnlyList<IpPrefix> prefixes, CancellationToken cancellation)
    {
        string[] expected = [.. prefixes.Select(p => p.ToString()).Order(StringComparer.Ordinal)];
        foreach (string side in Sides)
        {
            RouteEntry[] routes = await UntilAsync(
                async () => OfContoso(await Contoso.Peerings.RoutesAsync(peering, side, cancellation)),
                seen => seen.Select(r => r.Network).Order(StringComparer.Ordinal).SequenceEqual(expected),
                $"routes of Contoso in the {side} route table",
                cancellation
            );
            foreach (RouteEntry route in routes)
                Tell.Route("Causeway", "learned", side, route.Network, route.Path);
        }

        // What we originate ourselves has no path.
        static RouteEntry[] OfContoso(IReadOnlyList<Document<RouteEntry>> table) =>
            [.. table.Select(r => r.Body).Where(r => r.Path.Length > 0)];
    }

    protected async Task MustBeRefusedAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (ArmException e)
        {
            Tell.Refused("Causeway", e.Code, e.Message);
            return;
        }
        throw new ClientException("What should have been refused was accepted.");
    }

    /// <summary>Looks until something is so; half a minute is far more than any of it takes.</summary>
    protected async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> holds, string what, CancellationToken cancellation)
    {
        DateTimeOffset deadline = cast.Time.GetUtcNow() + TimeSpan.FromSeconds(30);
        while (true)
        {
            T seen = await look();
            if (holds(seen))
                return seen;
            if (cast.Time.GetUtcNow() > deadline)
                throw new ClientException($"Waited 30 s in vain for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cast.Time, cancellation);
        }
    }

    public ValueTask DisposeAsync() => Router.DisposeAsync();
}
