using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.InternetPeering;

/// <summary>One session of a connection, as the Peering API names it: of one of our routers, and one family.</summary>
internal sealed record OneSession(Peering Peering, Connection Connection, string Id, ApiSession Body);

/// <summary>
/// Peerings as the Peering API sees them: sessions with an id of their own, which follows from the peering, the connection and our address, and so stays for as long as
/// the connection is wanted. Whoever speaks for a network sees all sessions with it; a principal of this server those of peerings that it may read.
/// </summary>
internal sealed class SessionBook(Tracked<Peering> peerings, PeeringSessions sessions, ArmHost host, Func<NetworkTopology> topology)
{
    private const string MayRead = "Microsoft.Peering/peerings/read";

    /// <summary>RFC 9234 §4.1.</summary>
    private const int PeerRole = 4;

    /// <summary>All sessions with a network that a caller may see, in order of their ids.</summary>
    public async Task<List<OneSession>> OfAsync(NetworkCaller caller, Asn asn, CancellationToken cancellation)
    {
        var all = new List<OneSession>();
        await foreach (Versioned<Peering> read in peerings.WithLabelAsync(Peering.PeerLabel(asn), cancellation))
            if (caller.IsVouchedFor || await host.Authorizer.MayAsync(caller.Principal, MayRead, read.Resource.Id, cancellation))
                await foreach (OneSession session in OfAsync(read.Resource, cancellation))
                    all.Add(session);
        all.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        return all;
    }

    /// <summary>The session of an id that a caller may see; null when there is none.</summary>
    public async Task<OneSession?> FindAsync(NetworkCaller caller, string id, CancellationToken cancellation) =>
        id.Split('-') is [var number, _]
        && Asn.TryParse(number, out Asn asn)
        && (!caller.IsVouchedFor || caller.Networks!.Value.Contains(asn))
            ? (await OfAsync(caller, asn, cancellation)).Find(s => s.Id == id)
            : null;

    public async IAsyncEnumerable<OneSession> OfAsync(Peering peering, [EnumeratorCancellation] CancellationToken cancellation)
    {
        NetworkTopology now = topology();
        foreach (Connection connection in peering.Connections)
        {
            if (connection.PlaceIn(now) is not { } place)
                continue;
            IReadOnlyList<KnownSession> known = await sessions.OfAsync(peering, connection, cancellation);
            foreach ((IpFamily family, PeerFamily peer) in connection.Families)
            foreach (IPAddress ours in place.Addresses(family))
            {
                KnownSession? seen = known.FirstOrDefault(k => k.Ours == ours.ToString() && k.Theirs == peer.Address);
                string id = IdOf(peering, connection, peer.Address, ours);
                yield return new OneSession(
                    peering,
                    connection,
                    id,
                    new ApiSession
                    {
                        LocalAsn = peering.PeerAsn.Value,
                        LocalIp = peer.Address,
                        PeerAsn = now.Asn.Value,
                        PeerIp = ours.ToString(),
                        PeerType = place is Exchange ? "public" : "private",
                        LocalBgpRole = PeerRole,
                        PeerBgpRole = PeerRole,
                        Location = LocationOf(connection),
                        Status = StatusOf(connection, seen),
                        StatusDetail =
                            (connection.State as ConnectionState.ProvisioningFailed)?.Error
                            ?? (PeeringFindings.Next(peering, connection, now) is { ActsNext: not null, Says: var next } ? next : null),
                        SessionId = id,
                        RequestId = RequestOf(connection),
                    }
                );
            }
        }
    }

    /// <summary>How a session stands, in the words of the draft.</summary>
    public static string StatusOf(Connection connection, KnownSession? seen) =>
        connection.State switch
        {
            ConnectionState.PendingApproval => "Pending",
            ConnectionState.ProvisioningFailed { WasApproved: false } => "Rejected",
            ConnectionState.ProvisioningFailed => "Unestablished",
            ConnectionState.PendingRemove => "Down",
            ConnectionState.Active => seen?.Report is { IsEstablished: true } ? "Established" : "Down",
            _ => "Approved",
        };

    public static ApiLocation LocationOf(Connection connection) =>
        connection.Link is null
            ? new ApiLocation($"pdb:ix:{connection.FacilityId}", "public")
            : new ApiLocation($"pdb:fac:{connection.FacilityId}", "private");

    /// <summary>The request that a connection came with, as its identifier says; null for one that did not come over the Peering API.</summary>
    public static string? RequestOf(Connection connection) =>
        connection.Identifier.Length > 36 && Guid.TryParse(connection.Identifier.AsSpan(0, 36), out Guid request)
            ? request.ToString("D")
            : null;

    private static string IdOf(Peering peering, Connection connection, string theirs, IPAddress ours)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{peering.Id.Key}\n{connection.Identifier}\n{theirs}\n{ours}"));
        return $"{peering.PeerAsn.Value}-{Convert.ToHexStringLower(hash.AsSpan(0, 12))}";
    }
}
