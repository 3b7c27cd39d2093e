using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Registries.Rpki;

/// <summary>
/// Local exceptions to the public RPKI (RFC 8416): filters that take VRPs away, and assertions that add some. Applied to what all sources say together,
/// filters first, so that an assertion always stands (RFC 8416 §3.3, §3.4).
/// </summary>
public sealed record Slurm(IReadOnlyList<SlurmFilter> Filters, IReadOnlyList<SlurmAssertion> Assertions)
{
    public static readonly Slurm None = new([], []);

    /// <summary>Files larger than this are refused: exceptions are written by people.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    public bool IsEmpty => Filters.Count == 0 && Assertions.Count == 0;

    /// <summary>The filter that takes a VRP away, if any.</summary>
    public SlurmFilter? FilterFor(Vrp vrp)
    {
        foreach (SlurmFilter filter in Filters)
            if (filter.Matches(vrp))
                return filter;
        return null;
    }

    /// <summary>VRPs after filters and assertions.</summary>
    public IEnumerable<Vrp> Apply(IEnumerable<Vrp> vrps) =>
        (Filters.Count == 0 ? vrps : vrps.Where(v => FilterFor(v) is null)).Concat(Assertions.Select(a => a.Vrp));

    /// <summary>
    /// Reads a SLURM file. RFC 8416 §3.2 wants any deviation from the format refused, so an unknown or missing member is a problem; all are reported.
    /// </summary>
    public static (Slurm? Slurm, IReadOnlyList<Refusal> Problems) Read(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes)
            return (null, [Bad($"The file has {json.Length:N0} bytes; at most {MaxBytes:N0} are read.", "$")]);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            var problems = new List<Refusal>();
            var slurm = new SlurmReader(problems).Read(document.RootElement);
            return problems.Count == 0 ? (slurm, []) : (null, problems);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, [Bad($"Not JSON: {e.Message}", "$")]);
        }
    }

    internal static Refusal Bad(string message, string target) => Refusal.Invalid("InvalidSlurm", message, target);
}

/// <summary>Takes away VRPs inside <paramref name="Prefix"/>, of <paramref name="Asn"/>, or both; at least one is given (RFC 8416 §3.3.1).</summary>
public sealed record SlurmFilter(IpPrefix? Prefix, Asn? Asn, string? Comment)
{
    public bool Matches(Vrp vrp) => (Prefix is not { } p || p.Contains(vrp.Prefix)) && (Asn is not { } a || a == vrp.Asn);

    public override string ToString() =>
        string.Join(
            " ",
            new[] { Prefix?.ToString(), Asn is { } a ? $"AS{a}" : null, Comment is null ? null : $"({Comment})" }.Where(s => s is not null)
        );
}

/// <summary>A VRP added locally (RFC 8416 §3.4.1).</summary>
public sealed record SlurmAssertion(Vrp Vrp, string? Comment);
