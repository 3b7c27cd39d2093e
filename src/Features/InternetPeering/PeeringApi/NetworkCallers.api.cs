using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.InternetPeering;
using Causeway.Identity.Directory;
using Causeway.Identity.Tokens;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Http;

namespace Causeway.Api.InternetPeering;

/// <summary>Settings of the Peering API.</summary>
/// <param name="Subscription">Where the peerings stand of networks that an issuer such as PeeringDB vouches for: an id, or a name of the installation's first ones.</param>
public sealed record PeeringApiPolicy(string? Subscription = null);

/// <summary>Who speaks for networks over the Peering API.</summary>
/// <param name="Networks">Those that its token names; null for a principal of this server, whose networks are the approved ASNs of its subscriptions.</param>
internal sealed record NetworkCaller(Principal Principal, ImmutableArray<Asn>? Networks)
{
    /// <summary>Vouched for by an issuer that knows networks.</summary>
    public bool IsVouchedFor => Networks is not null;
}

/// <summary>
/// Who may speak for a network, and where its peerings stand. An issuer such as PeeringDB vouches for ASNs, and that counts as the operator's review of them; a principal
/// of this server speaks for ASNs that the operator has approved in a subscription where the principal may ask for peerings.
/// </summary>
internal sealed class NetworkCallers(
    ArmHost host,
    NetworkTokens tokens,
    Engine engine,
    PeerAsnWorkflow asns,
    PeeringApiPolicy policy,
    Installation installation
)
{
    private const string MayAsk = "Microsoft.Peering/peerings/write";

    /// <summary>The group in which peerings stand that were asked for over the Peering API.</summary>
    public const string Group = "peering-api";

    /// <exception cref="PeeringApiProblem">401.</exception>
    public async ValueTask<NetworkCaller> CallerAsync(HttpContext http)
    {
        string header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            throw new PeeringApiProblem(StatusCodes.Status401Unauthorized, "authorization", "A bearer token is needed (RFC 6750).");
        string token = header[7..].Trim();
        if (tokens.IsOne(token))
            return await tokens.CheckAsync(token, http.RequestAborted) switch
            {
                ({ } principal, var networks, _) => new NetworkCaller(principal, networks),
                (_, _, var why) => throw new PeeringApiProblem(
                    StatusCodes.Status401Unauthorized,
                    "authorization",
                    why ?? "The token is not believed."
                ),
            };
        return await host.Authenticator.AuthenticateAsync(token, http.RequestAborted) switch
        {
            Authentication.Accepted accepted => new NetworkCaller(accepted.Principal, null),
            Authentication.Rejected rejected => throw new PeeringApiProblem(
                StatusCodes.Status401Unauthorized,
                "authorization",
                rejected.Why
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Whether a caller speaks for a network.</summary>
    public async ValueTask<bool> SpeaksForAsync(NetworkCaller caller, Asn asn, CancellationToken cancellation) =>
        caller.Networks is { } networks ? networks.Contains(asn) : await ApprovedAsync(caller, asn, cancellation) is not null;

    /// <summary>Where the peerings of a network stand that a caller asks for: its registered ASN. What an issuer vouches for is registered and approved here.</summary>
    /// <exception cref="PeeringApiProblem">403, or 503.</exception>
    public async ValueTask<ResourceId> HomeAsync(NetworkCaller caller, Asn asn, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!caller.IsVouchedFor)
            return (await ApprovedAsync(caller, asn, cancellation))?.Id ?? throw Foreign(asn);
        if (!caller.Networks!.Value.Contains(asn))
            throw Foreign(asn);
        ResourceId id = PeerAsn.IdOf(
            Subscription
                ?? throw new PeeringApiProblem(
                    StatusCodes.Status403Forbidden,
                    "authorization",
                    "This network takes no requests of those who are not its customers: its operator has set no subscription for them (peeringApi.subscription)."
                ),
            $"AS{asn}"
        );
        if (await engine.ReadAsync(asns, id, cancellation) is null)
            await SendAsync(id, new PutPeerAsn(now, id, asn, $"AS{asn}", []), caller, cancellation);
        PeerAsn? registered = (await engine.ReadAsync(asns, id, cancellation))?.Resource;
        if (registered is not null && registered.Asn != asn)
            throw new PeeringApiProblem(
                StatusCodes.Status409Conflict,
                "local_asn",
                $"A record named {id.Name} stands for AS{registered.Asn} here: ask our NOC to give it another name."
            );
        if (registered is { State: PeerAsnState.Pending })
            await SendAsync(
                id,
                new ReviewPeerAsn(now, IsApproved: true, $"vouched for by {caller.Principal.TenantId}"),
                caller,
                cancellation
            );
        return id;
    }

    /// <summary>Where networks stand that an issuer vouches for.</summary>
    public string? Subscription =>
        policy.Subscription is { } named && installation.Subscriptions.TryGetValue(named, out InitialSubscription? first)
            ? first.Id
            : policy.Subscription;

    public static PeeringApiProblem Foreign(Asn asn) =>
        new(StatusCodes.Status403Forbidden, "local_asn", $"The token does not speak for AS{asn}.");

    private async ValueTask<PeerAsn?> ApprovedAsync(NetworkCaller caller, Asn asn, CancellationToken cancellation)
    {
        var query = new ResourceQuery
        {
            Type = PeerAsn.ResourceType,
            Label = PeerAsn.AsnLabel(asn),
            Most = 100,
        };
        foreach (StoredResource row in (await engine.Store.ListAsync(query, cancellation)).Items)
            if (
                asns.TryRead(row, out Versioned<PeerAsn>? read)
                && read.Resource is { State: PeerAsnState.Approved } approved
                && await host.Authorizer.MayAsync(
                    caller.Principal,
                    MayAsk,
                    ResourceId.OfGroup(approved.Id.Subscription!, Group),
                    cancellation
                )
            )
                return approved;
        return null;
    }

    private async Task SendAsync(ResourceId id, Signal signal, NetworkCaller caller, CancellationToken cancellation)
    {
        SendOutcome outcome = await engine.SendAsync(
            id,
            PeerAsn.ResourceType,
            signal,
            new SendContext(caller.Principal.ObjectId, Guid.NewGuid().ToString("D")),
            cancellation
        );
        if (outcome is SendOutcome.Refused { Refusal: var no })
            throw PeeringApiProblem.Of(no, "local_asn");
    }
}

/// <summary>What the Peering API answers instead of what was asked for.</summary>
internal sealed class PeeringApiProblem(int status, string member, string says) : Exception(says)
{
    public int Status => status;

    public string Field => member;

    /// <summary>400, 401, 403 and 404 are what they say; what only people can settle is 422.</summary>
    public static PeeringApiProblem Of(Refusal refusal, string member) => new(StatusOf(refusal.Kind), member, Says(refusal));

    public static int StatusOf(RefusalKind kind) =>
        kind switch
        {
            RefusalKind.Conflict => StatusCodes.Status422UnprocessableEntity,
            _ => ArmResult.StatusOf(kind),
        };

    /// <summary>All of what is wrong.</summary>
    public static string Says(Refusal refusal) =>
        refusal.Details.Count == 0 ? refusal.Message : string.Join(' ', refusal.Details.Select(d => d.Message).Distinct());
}
