using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Server.Configuration;

/// <summary>Variables of the environment that are named as the server's settings are, and that nothing reads: most are mistyped.</summary>
public static class StrayVariables
{
    private const string Prefix = "CAUSEWAY_";

    /// <summary>What the program reads when it is no server.</summary>
    private static readonly string[] s_ofOthers =
    [
        "CAUSEWAY_ACCESS",
        "CAUSEWAY_AS",
        "CAUSEWAY_AUTHORIZATION_KEY",
        "CAUSEWAY_CONTEXT",
        "CAUSEWAY_DATA",
        "CAUSEWAY_EXECUTABLE",
        "CAUSEWAY_GROUP",
        "CAUSEWAY_LANG",
        "CAUSEWAY_MD5_KEY",
        "CAUSEWAY_VIA_TOKEN",
    ];

    /// <param name="set">The names of all variables that are set.</param>
    /// <param name="topology">Names variables of its own (<c>env:NAME</c>).</param>
    /// <returns>A sentence for each that nothing reads, with the name that was probably meant.</returns>
    public static IReadOnlyList<string> Warnings(IEnumerable<string> set, NetworkTopology? topology)
    {
        string[] settings = [.. Settings.All.SelectMany(s => s.IsSecret ? new[] { s.Variable, s.FileVariable } : [s.Variable])];
        IEnumerable<string> named = (topology?.Webhooks ?? [])
            .Select(w => w.Secret)
            .Append(topology?.Mail?.Password)
            .OfType<SecretSource>()
            .Select(s => s.Text)
            .Where(t => t.StartsWith("env:", StringComparison.Ordinal))
            .Select(t => t[4..]);
        HashSet<string> read = [.. settings, .. s_ofOthers, .. named];
        return
        [
            .. set.Where(v => v.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !read.Contains(v))
                .Order(StringComparer.Ordinal)
                .Select(v =>
                    settings.FirstOrDefault(s => s.Equals(v, StringComparison.OrdinalIgnoreCase)) is { } cased
                        ? $"the variable {v} is read by nothing: it has to be written {cased}."
                    : Nearest(v, settings) is { } near ? $"the variable {v} is read by nothing: did you mean {near}?"
                    : $"the variable {v} is read by nothing: docs/configuration.md has those that are."
                ),
        ];
    }

    /// <summary>By what follows the prefix, which says nothing.</summary>
    private static string? Nearest(string typed, IEnumerable<string> settings) =>
        NearestName.Of(typed[Prefix.Length..], settings.Select(s => s[Prefix.Length..])) is { } near ? Prefix + near : null;
}
