using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Http;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// What a network asks for over the Peering API becomes peerings, by the road of every request: for each exchange one, with a connection for each of the network's
/// addresses, whose identifier begins with the request's. Nothing here decides: what ARM's clients are refused is refused here in the same words.
/// </summary>
internal sealed class SessionRequests(
    ArmHost host,
    NetworkCallers callers,
    SessionBook book,
    PeeringWorkflow workflow,
    Engine engine,
    ISecretProtector secrets,
    Func<NetworkTopology> topology,
    TimeProvider clock
)
{
    /// <summary>Sessions of one request.</summary>
    public const int Most = 100;

    private const string Version = "2022-10-01";

    /// <summary>What is asked for, judged as far as it can be without its peering.</summary>
    private sealed record Wanted(int Index, Exchange Exchange, IPAddress Address, string? Secret);

    public async Task<(ApiSessions Answer, int Status)> AddAsync(
        NetworkCaller caller,
        IReadOnlyList<ApiSession> asked,
        string endpoint,
        CancellationToken cancellation
    )
    {
        NetworkTopology now = topology();
        var errors = new List<ApiFieldError>();
        var statuses = new List<int>();
        var taken = new List<OneSession>();
        var wanted = new List<(Asn Asn, Wanted Wanted)>();
        for (int i = 0; i < asked.Count; i++)
            if (Judge(asked[i], i, now, errors) is var (asn, one))
                if (await callers.SpeaksForAsync(caller, asn, cancellation))
                    wanted.Add((asn, one));
                else
                    Problem(i, NetworkCallers.Foreign(asn));
            else
                statuses.Add(StatusCodes.Status400BadRequest);
        string request = Guid.NewGuid().ToString("D");
        foreach (var network in wanted.GroupBy(w => w.Asn, w => w.Wanted))
        {
            List<OneSession> present = await book.OfAsync(caller, network.Key, cancellation);
            foreach (var there in network.GroupBy(w => w.Exchange.Name))
            {
                // Whoever asks again has what it asked for; a session of ours that was not named comes with the others of its address.
                Wanted[] fresh = [.. there.Where(w => !present.Any(p => IsOf(p, w)))];
                foreach (Wanted w in there.Except(fresh))
                {
                    OneSession[] its = [.. present.Where(p => IsOf(p, w))];
                    if (its.Any(IsLeaving))
                        Conflict(
                            w.Index,
                            "local_ip",
                            $"The session with {w.Address} was taken back and is being drained: ask again when it is gone."
                        );
                    else if (w.Secret is { } secret && its.Any(p => !HasSecret(p, secret)))
                        Conflict(
                            w.Index,
                            "session_secret",
                            $"The session with {w.Address} stands with another secret, or with none: ask our NOC to change it, or take the session back (DELETE) and ask anew."
                        );
                    else
                        taken.AddRange(await AgainAsync(caller, its, cancellation));
                }
                if (fresh.Length == 0)
                    continue;
                try
                {
                    ResourceId home = await callers.HomeAsync(caller, network.Key, clock.GetUtcNow(), cancellation);
                    taken.AddRange(await AskAsync(caller, network.Key, home, fresh, request, endpoint, cancellation));
                }
                catch (PeeringApiProblem problem)
                {
                    foreach (Wanted w in fresh)
                        Problem(w.Index, problem);
                }
            }
        }
        ApiSession[] sessions = [.. taken.DistinctBy(t => t.Id).Select(t => t.Body)];
        // All were refused: the most telling of the reasons is the answer's status.
        int status =
            sessions.Length > 0 ? StatusCodes.Status200OK
            : statuses.Count > 0 ? statuses.Max()
            : StatusCodes.Status400BadRequest;
        return (new ApiSessions(sessions, request, Errors: errors.Count > 0 ? new ApiErrors(errors) : null), status);

        void Problem(int index, PeeringApiProblem problem)
        {
            statuses.Add(problem.Status);
            errors.Add(new ApiFieldError($"sessions[{index}].{problem.Field}", [problem.Message]));
        }

        void Conflict(int index, string field, string says) =>
            Problem(index, new PeeringApiProblem(StatusCodes.Status409Conflict, field, says));

        async Task<List<OneSession>> AskAsync(
            NetworkCaller caller,
            Asn asn,
            ResourceId home,
            Wanted[] fresh,
            string request,
            string endpoint,
            CancellationToken cancellation
        )
        {
            await GroupAsync(caller, home.Subscription!, endpoint, cancellation);
            ResourceId id = ResourceId.Of(
                home.Subscription!,
                NetworkCallers.Group,
                "Microsoft.Peering",
                "peerings",
                $"as{asn.Value}-ix{fresh[0].Exchange.PeeringDbIxId}-{request[..8]}-{fresh[0].Index}"
            );
            Wanted[] addresses = [.. fresh.DistinctBy(w => w.Address)];
            ArmResult result = await PutAsync(caller, id, home, addresses, request, endpoint, cancellation);
            if (result is ArmResult.Created or ArmResult.Ok)
                return await OfAsync(id, cancellation);
            var refused = (ArmResult.Refused)result;
            if (addresses.Length == 1)
                throw PeeringApiProblem.Of(refused.Refusal, IsOfKey(refused.Refusal) ? "session_secret" : "local_ip");
            // One of them may be what all were refused for.
            var some = new List<OneSession>();
            foreach (Wanted one in addresses)
                try
                {
                    Wanted[] same = [.. fresh.Where(f => f.Address.Equals(one.Address))];
                    some.AddRange(await AskAsync(caller, asn, home, same, request, endpoint, cancellation));
                }
                catch (PeeringApiProblem problem)
                {
                    Problem(one.Index, problem);
                }
            return some;
        }
    }

    /// <summary>Takes sessions back: their connections leave, which takes the other sessions of the same address along.</summary>
    public async Task DeleteAsync(NetworkCaller caller, OneSession session, CancellationToken cancellation)
    {
        ResourceId id = session.Peering.Id;
        if (!await MayAsync(caller, "Microsoft.Peering/peerings/delete", id, cancellation))
            throw new PeeringApiProblem(
                StatusCodes.Status403Forbidden,
                "session_id",
                "It was not asked for over this API, and is taken back where it was asked for."
            );
        SendOutcome outcome = await engine.SendAsync(
            id,
            Peering.ResourceType,
            new WithdrawConnections(clock.GetUtcNow(), [session.Connection.Identifier]),
            new SendContext(caller.Principal.ObjectId, Guid.NewGuid().ToString("D")),
            cancellation
        );
        if (outcome is SendOutcome.Refused { Refusal: { Kind: not RefusalKind.NotFound } no })
            throw PeeringApiProblem.Of(no, "session_id");
    }

    /// <summary>What was asked for before, as it stands; what failed after it was approved is tried once more, as its peer asks again.</summary>
    private async Task<IReadOnlyList<OneSession>> AgainAsync(NetworkCaller caller, OneSession[] sessions, CancellationToken cancellation)
    {
        string[] failed =
        [
            .. sessions
                .Select(s => s.Connection)
                .Where(c => c.State is ConnectionState.ProvisioningFailed { WasApproved: true })
                .Select(c => c.Identifier)
                .Distinct(),
        ];
        ResourceId id = sessions[0].Peering.Id;
        if (failed.Length == 0 || !await MayAsync(caller, "Microsoft.Peering/peerings/write", id, cancellation))
            return sessions;
        await engine.SendAsync(
            id,
            Peering.ResourceType,
            new ActOnConnections(clock.GetUtcNow(), PeeringVerb.Retry, failed, ByOperator: false, "asked for again"),
            new SendContext(caller.Principal.ObjectId, Guid.NewGuid().ToString("D")),
            cancellation
        );
        return [.. (await OfAsync(id, cancellation)).Where(now => sessions.Any(s => s.Id == now.Id))];
    }

    /// <summary>Whether a caller may act on a peering: one that an issuer vouches for on those that were asked for over this API.</summary>
    private async ValueTask<bool> MayAsync(NetworkCaller caller, string action, ResourceId id, CancellationToken cancellation) =>
        caller.IsVouchedFor
            ? id.Subscription == callers.Subscription && id.ResourceGroup == NetworkCallers.Group
            : await host.Authorizer.MayAsync(caller.Principal, action, id, cancellation);

    private static bool IsOfKey(Refusal refusal) =>
        (refusal.Details.Count == 0 ? [refusal] : refusal.Details).All(d =>
            d.Target?.EndsWith("md5AuthenticationKey", StringComparison.Ordinal) == true
        );

    private bool HasSecret(OneSession session, string secret) =>
        session.Connection.KeyFingerprint == secrets.Fingerprint(secret, SecretPurposes.BgpKey);

    private async Task<List<OneSession>> OfAsync(ResourceId id, CancellationToken cancellation)
    {
        var all = new List<OneSession>();
        if (await engine.ReadAsync(workflow, id, cancellation) is { Resource: var peering })
            await foreach (OneSession session in book.OfAsync(peering, cancellation))
                all.Add(session);
        return all;
    }

    private static bool IsLeaving(OneSession session) => session.Connection.State is ConnectionState.PendingRemove;

    private static bool IsOf(OneSession session, Wanted wanted) =>
        session.Connection.Link is null
        && session.Connection.IsAt(wanted.Exchange.Name)
        && session.Body.LocalIp == wanted.Address.ToString()
        && session.Connection.State is not ConnectionState.ProvisioningFailed { WasApproved: false };

    /// <summary>Which network asks, and for what; null with its errors told.</summary>
    private static (Asn, Wanted)? Judge(ApiSession asked, int index, NetworkTopology now, List<ApiFieldError> errors)
    {
        int before = errors.Count;
        // The draft calls whoever asks local in one place and peer in another: the ASNs say who is who.
        bool turned = asked.LocalAsn == now.Asn.Value && asked.PeerAsn != now.Asn.Value;
        (long theirs, long ours, string? theirIp, string? ourIp) = turned
            ? (asked.PeerAsn, asked.LocalAsn, asked.PeerIp, asked.LocalIp)
            : (asked.LocalAsn, asked.PeerAsn, asked.LocalIp, asked.PeerIp);
        (string they, string we) = turned ? ("peer", "local") : ("local", "peer");
        if (theirs is < 1 or > uint.MaxValue)
            Wrong($"{they}_asn", "Give the AS number of the network that asks.");
        if (ours != now.Asn.Value)
            Wrong($"{we}_asn", $"This is AS{now.Asn}.");
        string place = asked.Location?.Id ?? "";
        string type = asked.PeerType ?? asked.Location?.Type ?? "public";
        Exchange? exchange = place.StartsWith("pdb:ix:", StringComparison.Ordinal)
            ? now.Exchanges.FirstOrDefault(x => $"pdb:ix:{x.PeeringDbIxId}" == place)
            : null;
        if (!type.Equals("public", StringComparison.OrdinalIgnoreCase) || place.StartsWith("pdb:fac:", StringComparison.Ordinal))
            Wrong(
                "peer_type",
                "Cables are agreed on with people: this API is for sessions at exchanges (public). Ask our NOC, or ask for a direct peering."
            );
        else if (exchange is null)
            Wrong("location", $"'{place}' is no exchange where AS{now.Asn} is: GET /locations lists them.");
        IPAddress? address = Parsed(theirIp);
        if (address is null)
            Wrong($"{they}_ip", "Give the address of your router at the exchange.");
        else if (exchange is not null && exchange.Lan(IpPrefix.Host(address).Family) is not { } lan)
            Wrong($"{they}_ip", $"{exchange.Name} has no LAN of that family.");
        if (!string.IsNullOrEmpty(ourIp) && exchange is not null)
            if (Parsed(ourIp) is not { } our || !exchange.Routers.SelectMany(r => r.Addresses).Contains(our))
                Wrong($"{we}_ip", $"'{ourIp}' is no address of ours at {exchange.Name}: leave it out for all of them.");
            else if (address is not null && our.AddressFamily != address.AddressFamily)
                Wrong($"{we}_ip", "Both addresses are of one family.");
        // RFC 9234 §4.2: peers are peers.
        if (asked.LocalBgpRole is { } local && asked.PeerBgpRole is { } peer && (local, peer) is not (4, 4))
            Wrong("local_bgp_role", "Only peers (role 4 on both sides, RFC 9234) are met here.");
        return errors.Count == before
            ? (new Asn((uint)theirs), new Wanted(index, exchange!, address!, asked.SessionSecret ?? asked.Md5))
            : null;

        void Wrong(string field, string says) => errors.Add(new ApiFieldError($"sessions[{index}].{field}", [says]));

        static IPAddress? Parsed(string? text) =>
            text is { Length: > 0 and <= 64 }
            && IPAddress.TryParse(text, out IPAddress? address)
            // What else is read as one, as 192.0.2.010 is read in octal, is not what was meant.
            && (text.Contains(':', StringComparison.Ordinal) || text == address.ToString())
                ? address
                : null;
    }

    private ValueTask<ArmResult> PutAsync(
        NetworkCaller caller,
        ResourceId id,
        ResourceId home,
        Wanted[] addresses,
        string request,
        string endpoint,
        CancellationToken cancellation
    )
    {
        NetworkTopology now = topology();
        var body = new InternetPeeringBody
        {
            Sku = new PeeringSkuBody("Basic_Exchange_Free"),
            Kind = "Exchange",
            Location = now.FindLocation(addresses[0].Exchange.Location)?.Region ?? now.Regions[0].Name,
            Properties = new InternetPeeringProperties
            {
                PeeringLocation = addresses[0].Exchange.Location,
                Exchange = new ExchangePropertiesBody(
                    [
                        .. addresses.Select(a => new ExchangeConnectionBody
                        {
                            PeeringDbFacilityId = a.Exchange.PeeringDbIxId,
                            ConnectionIdentifier = $"{request}-{a.Index}",
                            ReadyOnApproval = true,
                            BgpSession = new BgpSessionBody
                            {
                                PeerSessionIPv4Address = IsV4(a) ? a.Address.ToString() : null,
                                PeerSessionIPv6Address = IsV4(a) ? null : a.Address.ToString(),
                                Md5AuthenticationKey = a.Secret,
                            },
                        }),
                    ],
                    new Causeway.Contracts.Resources.ReferenceBody(home.Text)
                ),
            },
        };
        return host.AskAsync(
            new InnerCall("PUT", id, Version, caller.Principal, endpoint, cancellation)
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(body, InternetPeeringContract.Default.InternetPeeringBody),
                IsPermitted = caller.IsVouchedFor,
            }
        );

        static bool IsV4(Wanted w) => w.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
    }

    private async Task GroupAsync(NetworkCaller caller, string subscription, string endpoint, CancellationToken cancellation)
    {
        ResourceId group = ResourceId.OfGroup(subscription, NetworkCallers.Group);
        if (await engine.Store.GetAsync(group, cancellation) is not null)
            return;
        ArmResult made = await host.AskAsync(
            new InnerCall("PUT", group, ApiVersions.Resources, caller.Principal, endpoint, cancellation)
            {
                Body = System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["location"] = topology().Regions[0].Name }.ToJsonString()),
                IsPermitted = caller.IsVouchedFor,
            }
        );
        if (made is ArmResult.Refused { Refusal: var no })
            throw PeeringApiProblem.Of(no, "local_asn");
    }

    private static class ApiVersions
    {
        public const string Resources = "2021-04-01";
    }
}
