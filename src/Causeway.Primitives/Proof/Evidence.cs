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
public sealed record Evidence
{
    private readonly Quote _text;

    /// <param name="kind"><c>roa</c>, <c>slurm</c>, <c>aspa</c>, <c>route</c>, <c>route6</c> or <c>block</c>.</param>
    /// <param name="source">Where it was read: an IRR source name, <c>rtr:HOST:PORT</c>, a file; with the trust anchor where known.</param>
    /// <param name="serial">The source's serial at that time, when it has one.</param>
    /// <param name="asOf">How old the source's statement is; null when the source does not say.</param>
    /// <param name="text">The object as text.</param>
    /// <param name="says">What it says of the question.</param>
    public Evidence(string kind, string source, long? serial, DateTimeOffset? asOf, string text, EvidenceSays says)
        : this(kind, source, serial, asOf, () => text, says) { }

    /// <summary>The same with a text that is read when somebody wants it: a million questions are asked for their answers only, and texts lie compressed on a disk.</summary>
    public Evidence(string kind, string source, long? serial, DateTimeOffset? asOf, Func<string> text, EvidenceSays says)
    {
        (Kind, Source, Serial, AsOf, Says) = (kind, source, serial, asOf, says);
        _text = new Quote(text);
    }

    /// <summary><c>roa</c>, <c>slurm</c>, <c>aspa</c>, <c>route</c>, <c>route6</c> or <c>block</c>.</summary>
    public string Kind { get; init; }

    /// <summary>Where it was read: an IRR source name, <c>rtr:HOST:PORT</c>, a file; with the trust anchor where known.</summary>
    public string Source { get; init; }

    /// <summary>The source's serial at that time, when it has one.</summary>
    public long? Serial { get; init; }

    /// <summary>How old the source's statement is; null when the source does not say.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The object as text.</summary>
    public string Text => _text.Words;

    /// <summary>What it says of the question.</summary>
    public EvidenceSays Says { get; init; }

    /// <summary>The prefix that the object is about; the default one when it is about none.</summary>
    public IpPrefix Prefix { get; init; }

    /// <summary>The ASN that it names; null when it names none.</summary>
    public Asn? Asn { get; init; }

    /// <summary>Of a ROA: the longest prefix that it allows; null of what knows no such thing.</summary>
    public int? MaxLength { get; init; }

    /// <summary>That a block around the prefix was proven for the ASN before, by whatever means.</summary>
    public static Evidence OfBlock(IpPrefix block, Asn asn) =>
        new("block", "proven before", null, null, $"{block} was proven for AS{asn}", EvidenceSays.Covers) { Prefix = block, Asn = asn };

    /// <summary>A text, read when it is wanted; equal to another of the same words.</summary>
    private sealed class Quote(Func<string> read) : IEquatable<Quote>
    {
        private string? _words;

        public string Words => _words ??= read();

        public bool Equals(Quote? other) => other is not null && (ReferenceEquals(this, other) || Words == other.Words);

        public override bool Equals(object? obj) => Equals(obj as Quote);

        public override int GetHashCode() => Words.GetHashCode(StringComparison.Ordinal);
    }
}
