using Causeway.Domain.InternetPeering;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Samples.InternetPeering.PeeringStates;

namespace Causeway.Samples.InternetPeering;

internal sealed class HeldBackPeerSample : Sample<HeldBackPeer>
{
    private static readonly HeldBackPeer s_held = new()
    {
        Id = HeldBackPeer.IdOf(Number),
        Asn = Number,
        Peering = PeeringStates.Id,
        Since = At,
    };

    public override Workflow<HeldBackPeer> Workflow { get; } = new HeldBackPeerWorkflow();

    public override IReadOnlyList<(string Name, HeldBackPeer? State)> States { get; } = [("absent", null), ("HeldBack", s_held)];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [("Hold back", new HoldBackPeer(At, Number, PeeringStates.Id)), ("Trust", new TrustPeer(At))];

    public override string Describe(HeldBackPeer resource) => $"{resource.StateName} AS{resource.Asn} by {resource.Peering.Name}";

    public override IReadOnlyList<Story> Stories => [new("a network that was sent away and is approved again", () => Life)];

    private WorkflowStory Life =>
        new()
        {
            Workflows = [Workflow],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => Scopes.SendAsync(engine, s_held.Id, Type, new HoldBackPeer(At, Number, PeeringStates.Id)),
                (engine, _) => Scopes.SendAsync(engine, s_held.Id, Type, new TrustPeer(At)),
                (engine, _) => Scopes.SendAsync(engine, s_held.Id, Type, new HoldBackPeer(At, Number, PeeringStates.Id)),
                (engine, _) => Scopes.SendAsync(engine, s_held.Id, Type, new TrustPeer(At)),
            ],
            End = async store => $"{(await store.GetAsync(s_held.Id, default))?.State ?? "gone"}",
        };
}
