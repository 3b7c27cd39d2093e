using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary><c>causeway circuit explain</c>: reads what there is, and lets <see cref="Explanation"/> say it in plain words.</summary>
internal static class ExplainVerb
{
    public static Verb Explain()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        return new Verb(
            "explain",
            "Say in plain words whether a circuit can be used, what is missing, and who acts next.",
            RunAsync,
            circuit
        )
        {
            Examples = ["causeway circuit explain office"],
        };

        async Task RunAsync(CliCall call)
        {
            string path = call.CircuitPath(call.Get(circuit));
            JsonNode found = await call.GetAsync(path);
            Explanation explanation = Explanation.Of(found, await SessionsAsync(call, path, found), await LinksAsync(call, path));
            if (call.Form == OutputForm.Table)
                Write(call, explanation);
            else
                Printer.Raw(call, explanation.ToJson());
        }
    }

    private static async Task<IReadOnlyList<SessionLine>> SessionsAsync(CliCall call, string path, JsonNode circuit)
    {
        var lines = new List<SessionLine>();
        foreach (JsonNode? peering in Json.At(circuit, "properties.peerings") as JsonArray ?? [])
        foreach (string side in (string[])["primary", "secondary"])
        {
            string name = Json.Text(peering, "name");
            try
            {
                foreach (JsonNode row in await ReadingVerbs.ReadAsync(call, $"{path}/peerings/{name}", "routeTablesSummary", side))
                    lines.Add(
                        new SessionLine(name, side, Json.Text(row, "neighbor"), Json.Text(row, "statePfxRcd"), Json.Text(row, "upDown"))
                    );
            }
            catch (ArmException)
            {
                // Without a summary there is no session to speak of; the circuit's own state says why.
            }
        }
        return lines;
    }

    /// <summary>Names of the caller's own connections to the circuit, in the circuit's group.</summary>
    private static async Task<IReadOnlyList<string>> LinksAsync(CliCall call, string path)
    {
        string group = path[..path.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase)];
        var names = new List<string>();
        foreach (JsonNode connection in await call.ListAsync($"{group}/providers/Microsoft.Network/connections"))
            if (Json.Text(connection, "properties.peer.id").Equals(path, StringComparison.OrdinalIgnoreCase))
                names.Add(Json.Text(connection, "name"));
        return names;
    }

    private static void Write(CliCall call, Explanation explanation)
    {
        call.Out.WriteLine(explanation.Verdict);
        foreach (ExplanationLine line in explanation.Lines)
            call.Out.WriteLine($"  {(line.Fine ? "ok     " : "missing")}  {line.Words}");
        if (explanation.WhoActsNext.Length > 0)
            call.Out.WriteLine($"Who acts next: {explanation.WhoActsNext}");
        if (explanation.Try.Length > 0)
            call.Out.WriteLine($"Try: {explanation.Try}");
    }
}
