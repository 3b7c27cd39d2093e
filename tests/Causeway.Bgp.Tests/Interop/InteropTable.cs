using System.Collections.Concurrent;
using System.Text;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>
/// What was seen, cell by cell. When every cell of a daemon is known, its column is written to docs/bgp-interop.md; columns of daemons that did not run
/// stay as they were. The file is the same after every run in which nothing changed.
/// </summary>
public static class InteropTable
{
    private static readonly string[] Daemons = ["BIRD 2", "GoBGP", "FRR", "OpenBGPD", "ExaBGP"];
    private static readonly ConcurrentDictionary<(string Daemon, Feature Feature), string> Cells = [];
    private static readonly Lock Gate = new();

    public static void Record(string daemon, Feature feature, string cell)
    {
        Cells[(daemon, feature)] = cell;
        if (Enum.GetValues<Feature>().All(f => Cells.ContainsKey((daemon, f))))
            Write(daemon);
    }

    private static void Write(string finished)
    {
        lock (Gate)
        {
            if (RepositoryRoot() is not string root)
                return;
            string path = Path.Combine(root, "docs", "bgp-interop.md");
            Dictionary<(string, string), string> known = Read(path);
            foreach (Feature feature in Enum.GetValues<Feature>())
                known[(FeatureNames.Of(feature), finished)] = Cells[(finished, feature)];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Render(known));
        }
    }

    private static string Render(Dictionary<(string, string), string> known)
    {
        var text = new StringBuilder();
        text.Append("# BGP interoperability\n\n");
        text.Append(
            "Written by the tests in `tests/Causeway.Bgp.Tests/Interop`, which start each daemon on loopback and watch both ends.\n"
        );
        text.Append(
            "A cell says what was seen in the last run: \"yes\", or \"n/a\" with what the daemon lacks. A failing test leaves no table.\n"
        );
        text.Append("Daemons are those of Debian 12: `bird2 gobgpd frr openbgpd exabgp`.\n\n");
        text.Append($"| Feature | {string.Join(" | ", Daemons)} |\n");
        text.Append($"|---|{string.Concat(Enumerable.Repeat("---|", Daemons.Length))}\n");
        foreach (string feature in Enum.GetValues<Feature>().Select(FeatureNames.Of))
            text.Append($"| {feature} | {string.Join(" | ", Daemons.Select(d => known.GetValueOrDefault((feature, d), "not run")))} |\n");
        return text.ToString();
    }

    private static Dictionary<(string, string), string> Read(string path)
    {
        var known = new Dictionary<(string, string), string>();
        if (!File.Exists(path))
            return known;
        foreach (string line in File.ReadLines(path).Where(l => l.StartsWith("| ", StringComparison.Ordinal)))
        {
            string[] cells = [.. line.Trim('|', ' ').Split('|').Select(c => c.Trim())];
            for (int i = 1; i < cells.Length && i <= Daemons.Length; i++)
                known[(cells[0], Daemons[i - 1])] = cells[i];
        }
        return known;
    }

    private static string? RepositoryRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Causeway.slnx")))
                return at.FullName;
        return null;
    }
}
