using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Routers;
using Causeway.Routers.Embedded;
using Causeway.Server.Topology;

namespace Causeway.Drills.Tests;

/// <summary>One router of a pair is unwell under the load: its sessions and its twin go on, so does every other pair, and it catches up by itself.</summary>
public sealed class RouterDrills
{
    [Fact]
    public Task Router_hung() =>
        RunAsync("router hung", (_, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation));

    [Fact]
    public Task Router_gone() => RunAsync("router gone", (router, _) => throw new IOException($"{router} does not answer."));

    private static async Task RunAsync(string name, Func<string, CancellationToken, Task> unwell)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var figures = new Figures(name);
        var drivers = new UnwellRouters(unwell);
        string topology = TopologyFile.BuiltIn.Replace(
            "name: ams-1-secondary, driver: embedded",
            "name: ams-1-secondary, driver: unwell, linkSpace: [127.0.0.0/8]",
            StringComparison.Ordinal
        );
        await using Field field = await Field.StartAsync(figures, stop, (port, _) => new InThisProcess(port, topology, drivers));
        await field.MoreAnswersAsync(50, "before");
        drivers.AreUnwell = true;
        await OtherPairAsync(field, figures, stop);
        await Drill.LastAsync(Drill.Outage, stop);
        figures.Say("sessions up while it is unwell", field.Edges.Established);
        drivers.AreUnwell = false;
        await field.MoreAnswersAsync(50, "after it is well again");
        await field.EndAsync(stop);
        figures.Judge();
    }

    /// <summary>How long a change at another pair takes meanwhile.</summary>
    private static async Task OtherPairAsync(Field field, Figures figures, CancellationToken stop)
    {
        string circuit = $"{field.Group}/providers/Microsoft.Network/expressRouteCircuits/stockholm";
        JsonObject order = Samples.Circuit();
        order["properties"]!["serviceProviderProperties"]!["peeringLocation"] = "Stockholm";
        await field.Customer.PutAsync(circuit, order, stop);
        string key = (await field.Customer.FindAsync(circuit, stop))!["properties"]!["serviceKey"]!.ToString();
        await field.Provider.PutAsync(
            $"/subscriptions/{field.Provider.Subscription}/resourceGroups/CrossConnection-Stockholm/providers/Microsoft.Network/expressRouteCrossConnections/{key}",
            new JsonObject { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = "Provisioned" } },
            stop
        );
        var watch = Stopwatch.StartNew();
        string peering = $"{circuit}/peerings/AzurePrivatePeering";
        await field.Customer.PutAsync(peering, Samples.Peering("127.118.0.0"), stop);
        while ((await field.Customer.FindAsync(peering, stop))?["properties"]?["provisioningState"]?.ToString() != "Succeeded")
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(20))
            {
                figures.Stuck.Add("a change at another pair");
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
        }
        figures.Say("change at another pair", watch.Elapsed.TotalSeconds, "s");
    }

    /// <summary>Embedded routers that do something else than answer while they are unwell; their sessions know nothing of it.</summary>
    private sealed class UnwellRouters(Func<string, CancellationToken, Task> unwell) : IRouterDriverFactory
    {
        private volatile bool _areUnwell;
        private readonly EmbeddedRouterFactory _embedded = new(EmbeddedSettings.Default, TimeProvider.System);

        public bool AreUnwell
        {
            get => _areUnwell;
            set => _areUnwell = value;
        }

        public string Name => "unwell";

        public IRouterDriver Create(RouterDefinition router, Asn asn) => new Driver(this, _embedded.Create(router, asn));

        private Task AnswerAsync(string router, CancellationToken cancellation) =>
            _areUnwell ? unwell(router, cancellation) : Task.CompletedTask;

        private sealed class Driver(UnwellRouters all, IRouterDriver inner) : IRouterDriver
        {
            public string Router => inner.Router;

            public event Action? Changed
            {
                add => inner.Changed += value;
                remove => inner.Changed -= value;
            }

            public IReadOnlyList<CapabilityIssue> Check(RouterIntent intent) => inner.Check(intent);

            public RouterPlan Plan(RouterIntent intent, RouterReport? now) => inner.Plan(intent, now);

            public async Task<RouterReport> ReadAsync(CancellationToken cancellation)
            {
                await all.AnswerAsync(Router, cancellation);
                return await inner.ReadAsync(cancellation);
            }

            public IAsyncEnumerable<RouteReport> RoutesAsync(RouteQuestion question, CancellationToken cancellation) =>
                inner.RoutesAsync(question, cancellation);

            public async Task<RouterReport> ApplyAsync(RouterPlan plan, long epoch, CancellationToken cancellation)
            {
                await all.AnswerAsync(Router, cancellation);
                return await inner.ApplyAsync(plan, epoch, cancellation);
            }

            public Task ReleaseAsync(CancellationToken cancellation) => inner.ReleaseAsync(cancellation);

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
