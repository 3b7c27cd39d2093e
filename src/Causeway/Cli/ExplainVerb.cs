using System.CommandLine;
using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary><c>causeway circuit explain</c>: what the server finds, and the command that would move it on.</summary>
internal static class ExplainVerb
{
    /// <summary>By the finding's code; CIRCUIT and KEY stand for the circuit's.</summary>
    private static readonly Dictionary<string, string> NextCommand = new(StringComparer.Ordinal)
    {
        ["NotProvisioned"] = "causeway provider provision start KEY",
        ["Provisioning"] = "causeway provider provision complete KEY",
        ["Deprovisioning"] = "causeway provider deprovision complete KEY",
        ["NoPrivatePeering"] =
            "causeway circuit peering create CIRCUIT --peer-asn ASN --vlan VLAN --primary A.B.C.D/30 --secondary A.B.C.D/30",
        ["PeeringDisabled"] = "causeway circuit peering enable CIRCUIT",
        ["PeeringConfiguring"] = "causeway circuit peering show CIRCUIT",
        ["PeeringFailed"] = "causeway circuit journal CIRCUIT",
        ["SessionDown"] = "causeway circuit sessions CIRCUIT",
        ["SessionUnknown"] = "causeway circuit sessions CIRCUIT",
        ["NoRoutes"] = "causeway circuit routes CIRCUIT",
        ["NoNetworks"] = "causeway network connection create NAME --gateway GATEWAY --circuit CIRCUIT",
    };

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
            Examples = ["causeway circuit explain office", "causeway circuit explain office -o json | jq .usable"],
        };

        async Task RunAsync(CliCall call)
        {
            string path = call.CircuitPath(call.Get(circuit));
            JsonNode explained = await call.GetAsync($"{path}/explain");
            if (call.Form != OutputForm.Table)
            {
                Printer.Raw(call, explained);
                return;
            }
            call.Out.WriteLine(Json.Text(explained, "summary"));
            JsonNode[] findings = [.. (explained["findings"] as JsonArray ?? []).OfType<JsonNode>()];
            foreach (JsonNode finding in findings)
                call.Out.WriteLine($"  {Json.Text(finding, "level"), -8}  {Json.Text(finding, "message")}");
            if (Json.Text(explained, "actsNext") is { Length: > 0 } who)
                call.Out.WriteLine($"Who acts next: the {who}");
            JsonNode? decisive =
                findings.FirstOrDefault(f => Json.Text(f, "level") == "blocking")
                ?? findings.FirstOrDefault(f => Json.Text(f, "level") == "warning");
            if (decisive is not null && NextCommand.TryGetValue(Json.Text(decisive, "code"), out string? line))
                call.Out.WriteLine($"Try: {await FillAsync(call, path, line)}");
        }
    }

    private static async Task<string> FillAsync(CliCall call, string path, string line)
    {
        if (line.Contains("KEY", StringComparison.Ordinal))
            line = line.Replace("KEY", Json.Text(await call.GetAsync(path), "properties.serviceKey"), StringComparison.Ordinal);
        return line.Replace("CIRCUIT", Json.NameOf(path), StringComparison.Ordinal);
    }
}
