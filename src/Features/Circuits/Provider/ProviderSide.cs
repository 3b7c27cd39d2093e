using System.Text.Json.Serialization;

namespace Causeway.Domain.Circuits;

/// <summary>
/// Where the connectivity provider is with its side. It moves by the provider's hand only. From Provisioning until the provider is done with
/// deprovisioning the circuit occupies an S-tag on its pair of edge routers; it carries traffic only while Provisioned.
/// </summary>
/// <param name="Since">When this state was entered.</param>
// The names stand in stored documents: they stay when a type is renamed.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(NotProvisioned), "NotProvisioned")]
[JsonDerivedType(typeof(Provisioning), "Provisioning")]
[JsonDerivedType(typeof(Provisioned), "Provisioned")]
[JsonDerivedType(typeof(Deprovisioning), "Deprovisioning")]
public abstract record ProviderSide(DateTimeOffset Since)
{
    /// <summary>Ordered but not begun, or taken down again.</summary>
    public sealed record NotProvisioned(DateTimeOffset Since) : ProviderSide(Since);

    /// <summary>The provider has picked the service key up and works.</summary>
    public sealed record Provisioning(DateTimeOffset Since, int STag) : ProviderSide(Since);

    /// <summary>The only state in which the circuit can be used.</summary>
    public sealed record Provisioned(DateTimeOffset Since, int STag) : ProviderSide(Since);

    /// <summary>The provider takes its side down; the routers carry nothing of the circuit any more.</summary>
    public sealed record Deprovisioning(DateTimeOffset Since, int STag) : ProviderSide(Since);

    /// <summary>The outer VLAN tag on the pair; null while nothing is there.</summary>
    [JsonIgnore]
    public int? OccupiedSTag =>
        this switch
        {
            Provisioning s => s.STag,
            Provisioned s => s.STag,
            Deprovisioning s => s.STag,
            _ => null,
        };

    [JsonIgnore]
    public ProviderState Name =>
        this switch
        {
            Provisioning => ProviderState.Provisioning,
            Provisioned => ProviderState.Provisioned,
            Deprovisioning => ProviderState.Deprovisioning,
            _ => ProviderState.NotProvisioned,
        };
}

/// <summary>The wire's <c>serviceProviderProvisioningState</c>.</summary>
public enum ProviderState
{
    NotProvisioned,
    Provisioning,
    Provisioned,
    Deprovisioning,
}
