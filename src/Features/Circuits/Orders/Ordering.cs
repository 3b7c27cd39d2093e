using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>The customer's order: created, changed as a whole, deleted.</summary>
internal static class Ordering
{
    public static Decision<Circuit> Create(PutCircuit put, CircuitContext context)
    {
        var problems = new List<Refusal>();
        if (put.Tier is null || put.Family is null)
            problems.Add(Missing("sku", "sku with tier (Standard, Premium, Local) and family (MeteredData, UnlimitedData)"));
        if (put.Port is not null && put.BandwidthAlone is null)
            problems.Add(Missing("properties.bandwidthInGbps", "bandwidthInGbps, beside expressRoutePort"));
        else if (put.Port is null && put.Order is null)
            problems.Add(
                Missing(
                    "properties.serviceProviderProperties",
                    "serviceProviderProperties with serviceProviderName, peeringLocation and bandwidthInMbps"
                )
            );
        ProviderOrder? order =
            put is { PortLanding: { } on, BandwidthAlone: { } bandwidth }
                ? new ProviderOrder("", on.PeeringLocation, bandwidth) { ProviderSubscription = "" }
            : put.Order is null ? null
            : SkuRules.Resolve(put.Order, put.Id, context.Topology, problems.Add);
        if (put is { Tier: { } t, Family: { } f } && SkuRules.Valid(new CircuitSku(t, f)) is { } invalid)
            problems.Add(invalid);
        if (put.Tier is not { } tier || put.Family is not { } family || order is null || problems.Count > 0)
            return new Decision<Circuit>.Refuse(Refusal.Of(problems));

        var circuit = new Circuit
        {
            Id = put.Id,
            Location = put.Location,
            Tags = put.Tags,
            Sku = new CircuitSku(tier, family),
            Order = order,
            ServiceKey = put.NewServiceKey,
            ResourceGuid = put.NewResourceGuid,
            AllowClassicOperations = put.AllowClassicOperations ?? false,
            GlobalReachEnabled = put.GlobalReachEnabled ?? false,
            Provider = put.PortLanding is { } lands
                ? new ProviderSide.Provisioned(put.At, lands.Landing.STag)
                : new ProviderSide.NotProvisioned(put.At),
            Edge = put.PortLanding?.Landing.Edge,
            Port = put.PortLanding is { } placed ? placed.Port with { RateLimited = put.RateLimited ?? false } : null,
        };
        var draft = new Draft(circuit, put.At, context) { IsNew = true };
        draft.ChangeBilled(
            circuit,
            circuit.Port is { } port
                ? $"{order.Bandwidth} {circuit.Sku.Name} made on port {port.Id.Name}; S-tag {circuit.Provider.OccupiedSTag}"
                : $"{order.Bandwidth} {circuit.Sku.Name} ordered at {order.PeeringLocation} from {order.ServiceProvider}; service key issued"
        );
        Children(draft, put);
        return draft.End(put.Ticket);
    }

    public static Decision<Circuit> Update(Draft draft, PutCircuit put)
    {
        Circuit c = draft.Now;
        if (!ResourceTags.AreSame(c.Tags, put.Tags))
            draft.Change(draft.Now with { Tags = put.Tags }, "tags changed");
        if (put.AllowClassicOperations is { } classic && classic != c.AllowClassicOperations)
            draft.Change(draft.Now with { AllowClassicOperations = classic }, $"classic operations {(classic ? "allowed" : "disallowed")}");
        if (put.GlobalReachEnabled is { } reach && reach != c.GlobalReachEnabled)
            draft.Change(draft.Now with { GlobalReachEnabled = reach }, $"Global Reach {(reach ? "enabled" : "disabled")}");
        if (put.Port is { } port && port != c.Port?.Id)
            draft.Problem(
                SkuRules.Fixed(
                    "properties.expressRoutePort",
                    "The port",
                    c.Port?.Id.Text ?? "none: the circuit was ordered from a provider"
                )
            );
        if (c.Port is not null && put.Order is not null)
            draft.Problem(SkuRules.Fixed("properties.serviceProviderProperties", "The port", c.Port.Id.Text));
        if (c.Port is { } has && put.RateLimited is { } limited && limited != has.RateLimited)
        {
            draft.Change(
                draft.Now with
                {
                    Port = has with { RateLimited = limited },
                },
                $"rate limit on the port {(limited ? "set" : "removed")}"
            );
            Linking.Follow(draft);
        }
        ChangeOrder(draft, put with { Order = c.Port is null ? put.Order : null });
        ChangeSku(draft, new CircuitSku(put.Tier ?? c.Sku.Tier, put.Family ?? c.Sku.Family));
        Children(draft, put);
        return draft.End(put.Ticket);
    }

    public static Decision<Circuit> Tag(Draft draft, ReplaceTags tag)
    {
        if (!ResourceTags.AreSame(draft.Now.Tags, tag.Tags))
            draft.Change(draft.Now with { Tags = tag.Tags }, "tags changed");
        return draft.End(null);
    }

    /// <summary>
    /// Refused whole while the provider's side stands or somebody uses it. A delete that has been answered cannot fail any more; when routers still
    /// have to let go of the circuit, it ends with their confirmation.
    /// </summary>
    public static Decision<Circuit> Delete(Circuit circuit, DeleteResource delete, CircuitContext context)
    {
        // The provider waits as well: it is said to both that the owner acts next.
        if (circuit is { Provider: ProviderSide.Deprovisioning, Links.Length: > 0 })
            return new Decision<Circuit>.Refuse(Provisioning.StillLinked(circuit));
        if (circuit is { Port: null, Provider: not ProviderSide.NotProvisioned })
            return new Decision<Circuit>.Refuse(
                Refusal.Conflict(
                    "ConflictError",
                    "The specified dedicated circuit is not in Deprovisioned state. Please initiate the deprovisioning process with your service provider.",
                    circuit.Id.Text
                )
            );
        var users = new List<string>();
        users.AddRange(circuit.Links.Select(l => $"connection {l.Connection}"));
        users.AddRange(circuit.Reaches.Where(r => r.Stands).Select(r => $"Global Reach connection {r.IdIn(circuit.Id)}"));
        users.AddRange(circuit.Authorizations.Where(a => a.IsInUse).Select(a => $"authorization {a.Name}"));
        if (users.Count > 0)
            return new Decision<Circuit>.Refuse(
                Refusal.Conflict(
                    "InUseExpressRouteCircuitCannotBeDeleted",
                    $"The circuit {circuit.Id.Name} is in use by {string.Join(", ", users)}. Delete {(users.Count == 1 ? "it" : "them")} first.",
                    circuit.Id.Text
                )
            );
        // On a port nobody deprovisions it: the routers let go of it now.
        if (circuit is { Port: not null, IsOnRouters: true } && circuit.Peerings.Any(p => p.State.IsWanted))
            circuit = circuit with { Generation = circuit.Generation + 1, DeletingSince = delete.At };
        circuit = FollowingRouters.LetGo(circuit, delete.At, context.Topology);
        if (circuit.Applied < circuit.Generation)
            return DeleteAgain(circuit with { DeletingSince = delete.At }, delete, context);
        return new Decision<Circuit>.End("deleted by its owner; billing ends")
        {
            Operations = delete.Ticket is { } ticket ? [ticket.Done(delete.At)] : [],
            Facts = CircuitFacts.Of(circuit).ToJson(),
        };
    }

    /// <summary>Who polls waits for the routers too; who does not, for nothing.</summary>
    public static Decision<Circuit> DeleteAgain(Circuit circuit, DeleteResource delete, CircuitContext context) =>
        delete.Ticket is { } ticket
            ? new Decision<Circuit>.Move(
                circuit with
                {
                    Pending = circuit.Pending.Add(
                        new PendingOperation(ticket.Id, circuit.Generation, delete.At + context.Policy.FollowWithin)
                    ),
                },
                "deleted by its owner; waits for the routers to let go of it"
            )
            {
                Operations = [ticket.Begun(delete.At)],
            }
            : new Decision<Circuit>.Move(circuit, "deleted with its group; waits for the routers to let go of it");

    public static Refusal IsBeingDeleted(Circuit circuit) =>
        Refusal.Conflict(
            "Conflict",
            $"The circuit {circuit.Id.Name} is being deleted since {circuit.DeletingSince:u}: it cannot change any more."
        );

    private static void ChangeOrder(Draft draft, PutCircuit put)
    {
        const string At = "properties.serviceProviderProperties";
        ProviderOrder order = draft.Now.Order;
        Bandwidth wanted = put.Order?.Bandwidth ?? put.BandwidthAlone ?? order.Bandwidth;
        if (put.Order is { } asked)
        {
            if (!Same(asked.ServiceProvider, order.ServiceProvider))
                draft.Problem(SkuRules.Fixed($"{At}.serviceProviderName", "The service provider", order.ServiceProvider));
            if (!Same(asked.PeeringLocation, order.PeeringLocation))
                draft.Problem(SkuRules.Fixed($"{At}.peeringLocation", "The peering location", order.PeeringLocation));
            if (order.AsSent(asked) is var written && written != order)
                draft.Change(draft.Now with { Order = order = written }, "names of the order written otherwise");
        }
        if (wanted == order.Bandwidth)
            return;
        draft.Problem(
            SkuRules.MayResize(order, wanted, draft.Topology, put.Order is null ? "properties.bandwidthInGbps" : $"{At}.bandwidthInMbps")
        );
        draft.ChangeBilled(
            draft.Now with
            {
                Order = order with { Bandwidth = wanted },
            },
            $"bandwidth changed from {order.Bandwidth} to {wanted}"
        );
        // The port lets through what was ordered.
        Linking.Follow(draft);
    }

    private static void ChangeSku(Draft draft, CircuitSku to)
    {
        CircuitSku from = draft.Now.Sku;
        if (from == to)
            return;
        draft.Problem(SkuRules.Valid(to));
        draft.Problem(SkuRules.MayChange(draft.Now, to, draft.Policy.Limits));
        draft.Problem(SkuRules.MayLoseReach(draft.Now, to, draft.Topology));
        draft.ChangeBilled(draft.Now with { Sku = to }, $"SKU changed from {from.Name} to {to.Name}");
        // The tier sets how many routes a session may carry.
        if (from.Tier != to.Tier)
            Linking.Follow(draft);
    }

    /// <summary>Inline children, as PowerShell manages them: an array that is present is the whole truth.</summary>
    private static void Children(Draft draft, PutCircuit put)
    {
        if (put.Authorizations is { } authorizations)
        {
            foreach (Authorization gone in draft.Now.Authorizations.Where(a => !authorizations.Any(w => Same(w.Name, a.Name))))
                Authorizing.Remove(draft, gone);
            foreach (WantedAuthorization wanted in authorizations)
                Authorizing.Add(draft, wanted);
        }
        if (put.Peerings is { } peerings)
            Routing.SetAll(draft, peerings, Author.Customer);
        if (put.Reaches is { } reaches)
            Reaching.SetAll(draft, reaches, put.Ticket);
    }

    private static Refusal Missing(string target, string right) =>
        Refusal.Invalid("InvalidRequestFormat", $"'{target}' is missing: a new circuit needs {right}.", target);

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
