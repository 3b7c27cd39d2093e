namespace Causeway.Contracts.Circuits;

/// <summary>A prefix that comes over a circuit and over the Internet: packets that go one way come back the other.</summary>
/// <param name="Circuit">Id of the circuit.</param>
/// <param name="Peering">Name of its peering.</param>
/// <param name="CircuitPath">The way over the circuit, ours first.</param>
/// <param name="InternetPrefix">What is seen on the Internet: the same, something that it lies in, or something in it.</param>
/// <param name="InternetPath">The ASNs of the way over the Internet.</param>
/// <param name="SeenAt">Where: an exchange, or a view of the registries.</param>
/// <param name="Since">Since when the circuit's route is there.</param>
public sealed record AsymmetryBody(
    string Circuit,
    string Peering,
    string Prefix,
    string CircuitPath,
    string InternetPrefix,
    string InternetPath,
    string SeenAt,
    DateTimeOffset? Since
);
