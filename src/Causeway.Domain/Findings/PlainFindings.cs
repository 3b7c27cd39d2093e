namespace Causeway.Domain.Findings;

/// <summary>What can be said of any resource.</summary>
public static class PlainFindings
{
    public static readonly FindingKind Stands = new("Stands", "{name} is {state}.");
}
