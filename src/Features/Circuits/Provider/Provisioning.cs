using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>The provider's hand: how its side moves, and what that means for what the customer has configured.</summary>
internal static class Provisioning
{
    public static Decision<Circuit> Write(Draft draft, ProviderWrites write)
    {
        if (write.Notes is { } notes && notes != draft.Now.ServiceProviderNotes)
            draft.Change(draft.Now with { ServiceProviderNotes = notes }, "provider's notes changed");
        if (write.Tags is { } tags)
            SetTags(draft, tags);
        if (write.To is { } to && to != draft.Now.Provider.Name)
            Move(draft, to, write.Landing);
        if (
            write.Peerings is { } peerings
            && draft.Topology.FindProvider(draft.Now.Order.ServiceProvider) is { Layer: ProviderLayer.Layer3 }
        )
            Routing.SetAll(draft, peerings, Author.Provider);
        return draft.End(write.Ticket, awaits: write.To is null ? null : draft.Before.Generation);
    }

    public static Decision<Circuit> Tag(Draft draft, TagCrossConnection tag)
    {
        SetTags(draft, tag.Tags);
        return draft.End(null);
    }

    private static void Move(Draft draft, ProviderState to, Landing? landing)
    {
        Circuit c = draft.Now;
        string provider = c.Order.ServiceProvider;
        switch (c.Provider, to)
        {
            case (ProviderSide.NotProvisioned, ProviderState.Provisioning):
                if (Land(draft, landing) is { } begun)
                    draft.Change(
                        begun with
                        {
                            Provider = new ProviderSide.Provisioning(draft.At, landing!.STag),
                        },
                        $"{provider} began to provision; S-tag {landing.STag} on {landing.Edge.Pair}"
                    );
                break;
            case (ProviderSide.NotProvisioned, ProviderState.Provisioned):
                if (Land(draft, landing) is { } landed)
                    Arrive(draft, landed, landing!.STag, $"{provider} provisioned; S-tag {landing.STag} on {landing.Edge.Pair}");
                break;
            case (ProviderSide.Provisioning s, ProviderState.Provisioned):
                Arrive(draft, c, s.STag, $"{provider} provisioned");
                break;
            case (ProviderSide.Provisioning s, ProviderState.Deprovisioning):
                Leave(draft, new ProviderSide.Deprovisioning(draft.At, s.STag), $"{provider} takes back what it had begun");
                break;
            case (ProviderSide.Provisioned s, ProviderState.Deprovisioning):
                Leave(draft, new ProviderSide.Deprovisioning(draft.At, s.STag), $"{provider} began to deprovision");
                break;
            case (not ProviderSide.NotProvisioned, ProviderState.NotProvisioned):
                if (c.Links.Length > 0 || c.Reaches.Any(r => r.Stands))
                    draft.Problem(StillLinked(c));
                Leave(draft, new ProviderSide.NotProvisioned(draft.At), $"{provider} deprovisioned");
                break;
            default:
                draft.Problem(NotFrom(c.Provider.Name, to));
                break;
        }
    }

    private static Circuit? Land(Draft draft, Landing? landing)
    {
        if (landing is not null)
            return draft.Now with
            {
                Edge = landing.Edge,
                Peerings =
                [
                    .. draft.Now.Peerings.Select(p =>
                        landing.Conflicts.TryGetValue(p.Type, out string? why)
                            ? p with
                            {
                                State = new PeeringState.Conflicting(draft.At, why),
                            }
                            : p
                    ),
                ],
            };
        draft.Problem(
            Refusal.Conflict(
                "OperationNotAllowed",
                $"No pair of edge routers at {draft.Now.Order.PeeringLocation} has a free S-tag: the operator has to add one."
            )
        );
        return null;
    }

    /// <summary>Usable from here on: peerings that waited go to the routers.</summary>
    private static void Arrive(Draft draft, Circuit circuit, int tag, string why)
    {
        ImmutableArray<Peering> peerings =
        [
            .. circuit.Peerings.Select(p =>
                p.State is PeeringState.Conflicting ? p : p with { State = new PeeringState.Configuring(draft.At, draft.NextGeneration) }
            ),
        ];
        draft.Change(circuit with { Provider = new ProviderSide.Provisioned(draft.At, tag), Peerings = peerings }, why);
        if (peerings.Any(p => p.State.IsWanted))
            draft.RoutersFollow();
    }

    /// <summary>The routers let go of it; what is configured waits for the next time.</summary>
    private static void Leave(Draft draft, ProviderSide to, string why)
    {
        bool carried = draft.Now.Provider is ProviderSide.Provisioned && draft.Now.Peerings.Length > 0;
        ImmutableArray<Peering> peerings =
        [
            .. draft
                .Now.Peerings.Where(p => p.State is not PeeringState.Removing)
                .Select(p => p.State is PeeringState.Waiting ? p : p with { State = new PeeringState.Waiting(draft.At) }),
        ];
        draft.Change(draft.Now with { Provider = to, Peerings = peerings }, why);
        LinkTesting.CircuitLeft(draft);
        if (carried)
            draft.RoutersFollow();
    }

    private static void SetTags(Draft draft, ImmutableSortedDictionary<string, string> tags)
    {
        if (!draft.Now.ProviderTags.SequenceEqual(tags))
            draft.Change(draft.Now with { ProviderTags = tags }, "provider's tags changed");
    }

    internal static Refusal StillLinked(Circuit circuit) =>
        circuit.Links.IsEmpty
            ? Refusal.Conflict(
                "CircuitStillLinked",
                "The circuit is still joined to another by Global Reach: its owner has to delete that connection first. Until then it can be Deprovisioning."
            )
            : Refusal.Conflict(
                "CircuitStillLinked",
                $"{circuit.Links.Length} virtual network{(circuit.Links.Length == 1 ? " is" : "s are")} still linked to the circuit: its owner has to delete the connections first. Until then it can be Deprovisioning."
            );

    private static Refusal NotFrom(ProviderState from, ProviderState to)
    {
        string next = from switch
        {
            ProviderState.NotProvisioned => "Provisioning or Provisioned",
            ProviderState.Provisioning => "Provisioned, Deprovisioning or NotProvisioned",
            ProviderState.Provisioned => "Deprovisioning or NotProvisioned",
            _ => "NotProvisioned",
        };
        return Refusal.Conflict(
            "OperationNotAllowed",
            $"A circuit that is {from} cannot become {to}: it can become {next}.",
            "properties.serviceProviderProvisioningState"
        );
    }
}
