namespace Causeway.Clients.Tests;

/// <summary><c>docs/clients.md</c>, whose tables the tests write: with <c>CAUSEWAY_RECORD=1</c> anew, else they have to be what the run would write.</summary>
internal static class ClientsPage
{
    private static readonly Lock s_gate = new();

    /// <param name="section">Between <c>&lt;!-- section --&gt;</c> and <c>&lt;!-- /section --&gt;</c>.</param>
    public static void Holds(string section, IEnumerable<string> rows)
    {
        string path = Path.Combine(Root(), "docs", "clients.md");
        lock (s_gate)
        {
            string page = File.ReadAllText(path);
            string begin = $"<!-- {section} -->\n",
                end = $"<!-- /{section} -->";
            int from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length,
                to = page.IndexOf(end, StringComparison.Ordinal);
            Assert.True(from >= begin.Length && to >= from, $"docs/clients.md has no section {section}.");
            string table = string.Concat(rows.Select(r => r + "\n"));
            if (Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1")
                File.WriteAllText(path, page[..from] + table + page[to..]);
            else
                Assert.Equal(table, page[from..to]);
        }
    }

    private static string Root()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Causeway.slnx")))
            at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
