namespace Causeway.Primitives.Proof;

/// <summary>What a registry object says about the question.</summary>
public enum EvidenceSays
{
    /// <summary>It authorizes this ASN for this prefix.</summary>
    Matches,

    /// <summary>It covers the prefix, but names another ASN.</summary>
    WrongOrigin,

    /// <summary>It covers the prefix and names this ASN, but not for a prefix this long.</summary>
    TooLong,

    /// <summary>It names this ASN for a block around the prefix.</summary>
    Covers,

    /// <summary>Told for completeness; the verdict does not rest on it.</summary>
    Informs,
}

/// <summary>One registry object that bears on a question, quoted so that a person can look it up.</summary>
/// <param name="Kind"><c>roa</c>, <c>slurm</c>, <c>aspa</c>, <c>route</c>, <c>route6</c> or <c>block</c>.</param>
/// <param name="Source">Where it was read: an IRR source name, <c>rtr:HOST:PORT</c>, a file; with the trust anchor where known.</param>
/// <param name="Serial">The source's serial at that time, when it has one.</param>
/// <param name="AsOf">How old the source's statement is; null when the source does not say.</param>
/// <param name="Text">The object as text.</param>
/// <param name="Says">What it says of the question.</param>
public sealed record Evidence(string Kind, string Source, long? Serial, DateTimeOffset? AsOf, string Text, EvidenceSays Says)
{
    /// <summary>The prefix that the object is about; the default one when it is about none.</summary>
    public IpPrefix Prefix { get; init; }

    /// <summary>The ASN that it names; null when it names none.</summary>
    public Asn? Asn { get; init; }

    /// <summary>Of a ROA: the longest prefix that it allows; null of what knows no such thing.</summary>
    public int? MaxLength { get; init; }

    /// <summary>That a block around the prefix was proven for the ASN before, by whatever means.</summary>
    public static Evidence OfBlock(IpPrefix block, Asn asn) =>
        new("block", "proven before", null, null, $"{block} was proven for AS{asn}", EvidenceSays.Covers) { Prefix = block, Asn = asn };
}
