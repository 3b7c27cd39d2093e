using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.InternetPeering;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary><c>Microsoft.Peering/peerings/registeredPrefixes</c> and <c>…/registeredAsns</c>: they live in the document of their peering.</summary>
internal sealed class RegisteredEndpoints(Tracked<Peering> peerings) : IEndpoints
{
    private const string ValidateSince = "2022-06-01";

    public static ArmType Prefix { get; } = PeeringCatalogue.Since("peerings/registeredPrefixes", "2020-01-01-preview");
    public static ArmType ByAsn { get; } = PeeringCatalogue.Since("peerings/registeredAsns", "2020-01-01-preview");

    private readonly Nested<Peering, RegisteredPrefix> _prefixes = new(
        peerings,
        (_, peering, prefix, _) => new(ArmBody.Of(Shown(peering.Resource, prefix), RegisteredContract.Default.RegisteredPrefixBody))
    )
    {
        Segment = "registeredPrefixes",
        All = p => p.RegisteredPrefixes,
        NameOf = p => p.Name,
    };

    private readonly Nested<Peering, RegisteredAsn> _asns = new(
        peerings,
        (_, peering, asn, _) => new(ArmBody.Of(Shown(peering.Resource, asn), RegisteredContract.Default.RegisteredAsnBody))
    )
    {
        Segment = "registeredAsns",
        All = p => p.RegisteredAsns,
        NameOf = a => a.Name,
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        RegisteredContract json = RegisteredContract.Default;
        routes
            .Arm(Prefix)
            .Put(PutPrefixAsync, () => json.RegisteredPrefixBody)
            .Get(_prefixes.GetAsync, () => json.RegisteredPrefixBody)
            .Delete(r => _prefixes.DeleteAsync(r, p => new DeleteRegisteredPrefix(r.Now, p.Name)))
            .ListInParent(_prefixes.ListAsync, () => json.RegisteredPrefixBody)
            .Post(
                "validate",
                ValidateAsync,
                new ArmContract("Validate", "Has it looked at anew how a registered prefix is received.")
                {
                    Answer = () => json.RegisteredPrefixBody,
                }
            );
        routes
            .Arm(ByAsn)
            .Put(PutAsnAsync, () => json.RegisteredAsnBody)
            .Get(_asns.GetAsync, () => json.RegisteredAsnBody)
            .Delete(r => _asns.DeleteAsync(r, a => new DeleteRegisteredAsn(r.Now, a.Name)))
            .ListInParent(_asns.ListAsync, () => json.RegisteredAsnBody);
    }

    private async ValueTask<ArmResult> PutPrefixAsync(ArmRequest request)
    {
        if (!request.Type.Name.IsMatch(request.Id.Name))
            return ArmErrors.InvalidName(request.Type, request.Id.Name);
        var key = Guid.NewGuid();
        return await _prefixes.PutAsync(
            request,
            (body, _) =>
                body.Object("properties", required: true).Prefix("prefix", required: true) is { } prefix
                    ? new PutRegisteredPrefix(request.Now, request.Id.Name, prefix, key)
                    : Refusal.Invalid("InvalidRequestFormat", "The body is not that of a registered prefix.") // The body's own problems are told instead.
        );
    }

    private async ValueTask<ArmResult> PutAsnAsync(ArmRequest request)
    {
        if (!request.Type.Name.IsMatch(request.Id.Name))
            return ArmErrors.InvalidName(request.Type, request.Id.Name);
        var key = Guid.NewGuid();
        return await _asns.PutAsync(
            request,
            (body, _) =>
                body.Object("properties", required: true).Asn("asn", required: true) is { } asn
                    ? new PutRegisteredAsn(request.Now, request.Id.Name, asn, key)
                    : Refusal.Invalid("InvalidRequestFormat", "The body is not that of a registered ASN.")
        );
    }

    /// <summary>The answer says Pending, with what was wrong before; what is found is there to be read soon after.</summary>
    private ValueTask<ArmResult> ValidateAsync(ArmRequest request) =>
        !request.IsSince(ValidateSince)
            ? new(ArmErrors.InvalidResourceType(request.Type.Namespace, request.ApiVersion))
            : _prefixes.OneAsync(
                request,
                async (peering, prefix) =>
                {
                    SendOutcome outcome = await peerings.SendAsync(
                        peering.Resource.Id,
                        new ValidateRegisteredPrefix(request.Now, prefix.Name),
                        request.Context()
                    );
                    return
                        outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<Peering> after }, ..] }
                        && after.Resource.RegisteredPrefixes.FirstOrDefault(p => p.Name == prefix.Name) is { } now
                        ? ArmResult.Of(Shown(after.Resource, now), RegisteredContract.Default.RegisteredPrefixBody)
                        : await request.RefusedAsync(outcome);
                }
            );

    private static RegisteredPrefixBody Shown(Peering peering, RegisteredPrefix prefix)
    {
        (PrefixState state, string? error) = prefix.StateIn(peering);
        return new RegisteredPrefixBody
        {
            Properties = new RegisteredPrefixProperties
            {
                Prefix = $"{prefix.Prefix}",
                PrefixValidationState = $"{state}",
                PeeringServicePrefixKey = $"{prefix.Key:D}",
                ErrorMessage = error,
                ProvisioningState = "Succeeded",
            },
            Name = prefix.Name,
            Id = peering.Id.Child("registeredPrefixes", prefix.Name).Text,
            Type = Prefix.FullName,
        };
    }

    private static RegisteredAsnBody Shown(Peering peering, RegisteredAsn asn) =>
        new()
        {
            Properties = new RegisteredAsnProperties
            {
                Asn = asn.Asn.Value,
                PeeringServicePrefixKey = $"{asn.Key:D}",
                ProvisioningState = "Succeeded",
            },
            Name = asn.Name,
            Id = peering.Id.Child("registeredAsns", asn.Name).Text,
            Type = ByAsn.FullName,
        };
}
