using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Client.Resources;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Contracts.Resources;
using Causeway.Primitives;

namespace Causeway.Demo.Chapters;

/// <summary>A chapter about a circuit, whose states are shown as they change.</summary>
internal abstract class CircuitChapter(DemoCast cast) : DemoChapter(cast)
{
    protected const string Provider = "Equinix";
    protected static readonly string[] Sides = ["primary", "secondary"];

    protected CausewayClient Fabrikam => Cast.Fabrikam;
    protected CausewayClient Equinix => Cast.Equinix;

    /// <summary>Of the circuit that the chapter is about.</summary>
    protected abstract string Name { get; }

    protected string Circuit => Ids.Circuit(ContosoGroup, Name);

    public override async Task RunAsync(CancellationToken cancellation)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var watcher = new DemoWatcher(Contoso, Circuit, Tell, Cast.Time);
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
        await GroupAsync(Contoso, ContosoGroup, cancellation);
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
            Cast.Asn,
            Cast.BgpPort,
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
}
