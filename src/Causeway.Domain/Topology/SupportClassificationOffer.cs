namespace Causeway.Domain.Topology;

/// <summary>Something that customers of this installation may ask about, beside what every installation has.</summary>
/// <param name="Service">Name of the service that it belongs to: <c>expressRoute</c> or <c>internetPeering</c>.</param>
/// <param name="Name">As in its id: letters, digits and hyphens.</param>
/// <param name="DisplayName">For people.</param>
public sealed record SupportClassificationOffer(string Service, string Name, string DisplayName);
