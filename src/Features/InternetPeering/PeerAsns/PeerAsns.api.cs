using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary><c>Microsoft.Peering/peerAsns</c> of a subscription, and the operator's review of them.</summary>
internal sealed class PeerAsnEndpoints(Engine engine, PeerAsnWorkflow asns, Explaining explaining, PeeringDesk desk) : IEndpoints
{
    private const int MostContacts = 50;
    private const int LongestReason = 1000;

    /// <summary>The first version whose contacts have roles.</summary>
    private const string WithRoles = "2020-01-01-preview";

    public void Map(IEndpointRouteBuilder routes)
    {
        InternetPeeringContract json = InternetPeeringContract.Default;
        routes
            .Arm(InternetPeeringTypes.PeerAsn, ArmLevel.Subscription)
            .Put(PutAsync, () => json.PeerAsnBody)
            .Get(GetAsync, () => json.PeerAsnBody)
            .Delete(DeleteAsync)
            .ListInSubscription(ListAsync, () => json.PeerAsnBody)
            .GetBelow("explain", ExplainAsync, Explaining.Contract("peer's ASN"));
        Review("approve", "Approves a peer's ASN: peerings may be asked for with it.", isApproved: true);
        Review("reject", "Does not approve it, and says why.", isApproved: false);

        void Review(string verb, string summary, bool isApproved) =>
            routes.MapArm(
                $"/subscriptions/{{subscription}}/providers/{InternetPeeringTypes.PeerAsn.FullName}/{{name0}}/{verb}",
                new ArmEndpoint(
                    InternetPeeringTypes.PeerAsn,
                    "POST",
                    $"Microsoft.Causeway/operator/peerAsns/{verb}/action",
                    ArmTarget.Resource
                )
                {
                    NeedsGroup = false,
                    Contract = new ArmContract(char.ToUpperInvariant(verb[0]) + verb[1..], summary)
                    {
                        Body = () => json.ReviewBody,
                        IsBodyOptional = isApproved,
                        Answer = () => json.PeerAsnBody,
                        IsOurs = true,
                    },
                },
                request => ReviewAsync(request, isApproved)
            );
    }

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (!request.Type.Name.IsMatch(request.Id.Name))
            return ArmErrors.InvalidName(request.Type, request.Id.Name);
        RequestBody content = await request.ContentAsync();
        SendOutcome outcome = await engine.SendAsync(
            [
                new Addressed(
                    request.Id,
                    PeerAsn.ResourceType,
                    (before, _) =>
                    {
                        BodyReader body = content.Reader();
                        PutPeerAsn? put = Read(request, body, (before as Versioned<PeerAsn>)?.Resource);
                        return body.Refusal is { } no ? new(no) : new((Asked)put!);
                    }
                ),
            ],
            request.Context(),
            CancellationToken.None
        );
        if (outcome is not SendOutcome.Delivered { Resources: [{ After: Versioned<PeerAsn> after } sent, ..] })
            return await RefusedAsync(request, outcome);
        return sent.IsNew
            ? new ArmResult.Created(Shown(request, after.Resource, Moment.Created))
            : new ArmResult.Ok(Shown(request, after.Resource, Moment.Answer));
    }

    private PutPeerAsn? Read(ArmRequest request, BodyReader body, PeerAsn? present)
    {
        BodyReader p = body.Object("properties", required: true);
        Asn? asn = p.Asn("peerAsn", required: true);
        if (asn is { } ours && desk.Topology.IsOurs(ours))
            p.Problem("InvalidAsn", "peerAsn", $"AS{ours} is our own: give the ASN of the network that peers with us.");
        string? name = p.String("peerName", 256) ?? present?.PeerName;
        ImmutableArray<PeerContact> contacts = HasRoles(request) ? Contacts(p) : OldContacts(p);
        return asn is null ? null : new PutPeerAsn(request.Now, present?.Id ?? request.Id, asn.Value, name ?? $"AS{asn.Value}", contacts);
    }

    private static ImmutableArray<PeerContact> Contacts(BodyReader properties)
    {
        var contacts = ImmutableArray.CreateBuilder<PeerContact>();
        foreach (BodyReader contact in properties.Objects("peerContactDetail", MostContacts) ?? [])
            contacts.Add(
                new PeerContact(
                    contact.Enum<ContactRole>("role") ?? ContactRole.Other,
                    contact.String("email", 320),
                    contact.String("phone", 100)
                )
            );
        return contacts.ToImmutable();
    }

    /// <summary>Addresses and numbers without a role are the network's operations centre.</summary>
    private static ImmutableArray<PeerContact> OldContacts(BodyReader properties)
    {
        BodyReader info = properties.Object("peerContactInfo");
        IReadOnlyList<string> emails = info.Strings("emails", MostContacts, 320) ?? [],
            phones = info.Strings("phone", MostContacts, 100) ?? [];
        return
        [
            .. Enumerable
                .Range(0, Math.Max(emails.Count, phones.Count))
                .Select(i => new PeerContact(ContactRole.Noc, emails.ElementAtOrDefault(i), phones.ElementAtOrDefault(i))),
        ];
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.ReadAsync(asns, request.Id, request.Aborted) is { Resource: var asn }
            ? new ArmResult.Ok(Shown(request, asn, Moment.Read))
            : Missing;

    private async ValueTask<ArmResult> ExplainAsync(ArmRequest request) =>
        await engine.ReadAsync(asns, request.Id, request.Aborted) is { Resource: var asn }
            ? await explaining.PlainAsync(
                asn.Id,
                PeerAsnFindings.Of(asn, await desk.IsHeldBackAsync(asn.Asn, request.Aborted)),
                request.Aborted
            )
            : Missing;

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = PeerAsn.ResourceType,
                Scope = request.Id,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        var seen = new List<PeerAsn>(rows.Items.Count);
        foreach (StoredResource row in rows.Items)
            if (asns.TryRead(row, out Versioned<PeerAsn>? read))
                seen.Add(read.Resource);
        return await request.ListAsync(seen, rows.After, a => a.Id, a => new ValueTask<ArmBody>(Shown(request, a, Moment.Listed)));
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await engine.ReadAsync(asns, request.Id, request.Aborted) is null)
            return new ArmResult.NoContent();
        SendOutcome outcome = await engine.SendAsync(
            request.Id,
            PeerAsn.ResourceType,
            new DeletePeerAsn(request.Now),
            request.Context(),
            CancellationToken.None
        );
        return outcome is SendOutcome.Delivered ? new ArmResult.Empty() : await RefusedAsync(request, outcome);
    }

    private async ValueTask<ArmResult> ReviewAsync(ArmRequest request, bool isApproved)
    {
        BodyReader body = isApproved ? await request.OptionalBodyAsync() : await request.BodyAsync();
        string? reason = body.String("reason", LongestReason, required: !isApproved);
        if (body.Refusal is { } no)
            return no;
        SendOutcome outcome = await engine.SendAsync(
            request.Id,
            PeerAsn.ResourceType,
            new ReviewPeerAsn(request.Now, isApproved, reason),
            request.Context(),
            CancellationToken.None
        );
        return outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<PeerAsn> after }, ..] }
            ? new ArmResult.Ok(Shown(request, after.Resource, Moment.Read))
            : await RefusedAsync(request, outcome);
    }

    private static ValueTask<ArmResult> RefusedAsync(ArmRequest request, SendOutcome outcome) =>
        outcome is SendOutcome.Refused { Refusal: { Kind: RefusalKind.NotFound } gone } && request.Endpoint.Method == "POST"
            ? new(gone)
            : request.RefusedAsync(outcome);

    /// <summary>The provider's own 404, also through ARM (azure-recorded 6).</summary>
    private static ArmResult Missing => Refusal.NotFound("NotFound", "Resource does not exist.");

    private static bool HasRoles(ArmRequest request) => request.IsSince(WithRoles);

    private static ArmBody Shown(ArmRequest request, PeerAsn asn, Moment moment)
    {
        bool roles = HasRoles(request);
        return ArmBody.Of(
            new PeerAsnBody
            {
                Name = asn.Id.Name,
                Id = asn.Id.Text,
                Type = PeerAsn.ResourceType,
                Properties = new PeerAsnProperties
                {
                    PeerAsn = asn.Asn.Value,
                    PeerContactDetail = roles
                        ? [.. asn.Contacts.Select(c => new ContactDetailBody(Role(c.Role, request.ApiVersion), c.Email, c.Phone))]
                        : null,
                    PeerContactInfo = roles
                        ? null
                        : new ContactInfoBody(
                            [.. asn.Contacts.Select(c => c.Email).OfType<string>()],
                            [.. asn.Contacts.Select(c => c.Phone).OfType<string>()]
                        ),
                    PeerName = asn.PeerName,
                    // The answer to the first PUT said None before there were roles (azure: f.3).
                    ValidationState = !roles && moment == Moment.Created ? "None" : asn.StateName,
                    ErrorMessage = asn.State is PeerAsnState.Failed f ? f.Reason : null,
                },
            },
            InternetPeeringContract.Default.PeerAsnBody
        );
    }

    /// <summary>Escalation came with 2020-04-01.</summary>
    private static string Role(ContactRole role, string version) =>
        role == ContactRole.Escalation && string.CompareOrdinal(version, "2020-04-01") < 0 ? nameof(ContactRole.Other) : role.ToString();
}
