using System.Net;
using Causeway.Domain.InternetPeering;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Samples.InternetPeering.PeeringStates;

namespace Causeway.Samples.InternetPeering;

internal sealed class LegacyPeerSample : Sample<LegacyPeer>
{
    private static readonly ResourceId s_id = LegacyPeer.IdOf("AMS-IX", Number, [IPAddress.Parse("127.80.0.70")]);
    private static readonly RunLegacy s_run = new(At, s_id, "AMS-IX", Number, ["127.80.0.70"]);

    private static readonly LegacyPeer s_running = new()
    {
        Id = s_id,
        Exchange = "AMS-IX",
        Asn = Number,
        Addresses = ["127.80.0.70"],
    };

    public override Workflow<LegacyPeer> Workflow { get; } = new LegacyPeerWorkflow(new PeeringPolicy());

    public override IReadOnlyList<(string Name, LegacyPeer? State)> States { get; } =
    [
        ("absent", null),
        ("Running, nothing proven", s_running),
        ("Running", s_running with { Filter = ProvenFilter.Of(Proven, At) }),
        ("Running, a route server", s_running with { IsRouteServer = true }),
        ("Converted", s_running with { Filter = ProvenFilter.Of(Proven, At), ConvertedTo = PeeringStates.Id }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Run", s_run),
        ("Run a route server", s_run with { IsRouteServer = true }),
        ("Proven", new LegacyProven(At, Proven)),
        ("Less proven", new LegacyProven(At, Proven with { V6 = [] })),
        ("Too much proven", new LegacyProven(At, Proven with { IsTooLarge = true })),
        ("Convert", new ConvertLegacy(At, PeeringStates.Id)),
        ("End", new EndLegacy(At)),
    ];

    public override string Describe(LegacyPeer resource) =>
        $"{resource.StateName}{(resource.IsRouteServer ? " route server" : "")} AS{resource.Asn} {string.Join(' ', resource.Addresses)}, filter {(resource.Filter is { } f ? $"{f.Count4}+{f.Count6}" : "none")}";

    public override IReadOnlyList<Story> Stories => [new("a session from before that is converted", () => Life)];

    private WorkflowStory Life =>
        new()
        {
            Workflows = [Workflow],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => Scopes.SendAsync(engine, s_id, Type, s_run),
                (engine, _) => Scopes.SendAsync(engine, s_id, Type, new LegacyProven(At, Proven)),
                (engine, _) => Scopes.SendAsync(engine, s_id, Type, new ConvertLegacy(At, PeeringStates.Id)),
                (engine, _) => Scopes.SendAsync(engine, s_id, Type, new EndLegacy(At)),
            ],
            End = async store => $"{(await store.GetAsync(s_id, default))?.State ?? "gone"}",
        };
}
