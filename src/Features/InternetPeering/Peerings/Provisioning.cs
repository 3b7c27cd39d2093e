using Causeway.Domain.Topology;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>What routers were read to have: a connection that all of its routers have is provisioned.</summary>
internal static class Provisioning
{
    public static Decision<Peering> Read(Peering peering, SessionsRead read, PeeringContext context)
    {
        Peering next = peering;
        var why = new List<string>();
        foreach ((string identifier, Followed followed) in read.Sessions)
        {
            if (
                next.Find(identifier) is not { State.HasSession: true } connection
                || connection.Generation != followed.Generation
                || connection.Routers.GetValueOrDefault(read.Router) == followed
            )
                continue;
            connection = connection with { Routers = connection.Routers.SetItem(read.Router, followed) };
            why.Add(
                followed.Problem is null ? $"{read.Router} has {identifier}" : $"{read.Router} has not {identifier}: {followed.Problem}"
            );
            if (
                connection.State is ConnectionState.ProvisioningStarted
                && connection.PlaceIn(context.Topology) is { } place
                && connection.IsReadBack(place)
                && connection.RoutersAt(place).All(r => connection.Routers[r].Problem is null)
            )
            {
                connection = connection with
                {
                    State = new ConnectionState.ProvisioningCompleted(read.At),
                    Link = connection.Link is { } link ? link with { Provisioned = link.Bandwidth } : null,
                };
                why.Add($"{identifier} is provisioned, under DENY ALL");
            }
            next = next.With(connection);
        }
        return why.Count == 0
            ? new Decision<Peering>.Stay("the routers have what they had")
            : new Decision<Peering>.Move(next, string.Join("; ", why));
    }
}
