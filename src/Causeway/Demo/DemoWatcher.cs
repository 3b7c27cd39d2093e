using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Demo;

/// <summary>Reads the circuit and its sessions several times a second, as any client could, and shows every state as it changes.</summary>
public sealed class DemoWatcher(ArmClient client, string circuit, DemoTeller tell, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private readonly Dictionary<string, string> _last = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await LookAsync(cancellation);
                await Task.Delay(Pause, time, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The story is over.
        }
        catch (ClientException)
        {
            // The server went away; the story itself says so.
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        var states = new List<DemoState>();
        JsonNode? seen = await client.FindAsync(circuit, ArmClient.NetworkVersion, cancellation);
        if (seen?["properties"] is { } p)
        {
            Add("circuit", "circuitProvisioningState", p["circuitProvisioningState"], "Enabled");
            Add("circuit", "serviceProviderProvisioningState", p["serviceProviderProvisioningState"], "Provisioned");
            foreach (JsonNode? peering in p["peerings"]?.AsArray() ?? [])
            {
                string name = peering!["name"]!.ToString();
                Add(name, "state", peering["properties"]?["state"], "Enabled");
                JsonNode? sessions = await client.FindAsync($"{circuit}/peerings/{name}/sessions", ArmClient.NetworkVersion, cancellation);
                foreach (JsonNode? s in sessions?["value"]?.AsArray() ?? [])
                    Add($"session {s!["path"]}", s["neighbor"]?.ToString() ?? "", s["state"], "Established");
            }
        }
        tell.States(states);

        void Add(string thing, string what, JsonNode? value, string goal)
        {
            string text = value?.ToString() ?? "";
            states.Add(new DemoState(thing, what, text, text == goal));
            string key = $"{thing} {what}";
            if (_last.TryGetValue(key, out string? before) && before != text)
                tell.State(key, text);
            _last[key] = text;
        }
    }
}
