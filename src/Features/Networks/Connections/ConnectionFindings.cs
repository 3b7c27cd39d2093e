using Causeway.Domain.Findings;

namespace Causeway.Domain.Networks;

/// <summary>What can be found of a connection; Networks.words says each in the three languages.</summary>
public static class ConnectionFindings
{
    public static readonly FindingKind Connected = new("Connected", "{connection} is connected over circuit {circuit}.");

    public static readonly FindingKind NotConnected = new(
        "NotConnected",
        "{connection} is {status}: no session of circuit {circuit} carries it. What is missing there, the circuit's explain says."
    );
}
