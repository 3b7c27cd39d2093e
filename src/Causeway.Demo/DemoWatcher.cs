using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;

namespace Causeway.Demo;

/// <summary>Reads the circuit and its sessions several times a second, as any client could, and shows every state as it changes.</summary>
public sealed class DemoWatcher(CausewayClient client, string circuit, DemoTeller tell, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private readonly Dictionary<string, string> _last = [];
    private readonly SemaphoreSlim _one = new(1);

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

    /// <summary>Looks now, so that what the story says next does not come before the states that it follows from.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await LookOnceAsync(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task LookOnceAsync(CancellationToken cancellation)
    {
        var states = new List<DemoState>();
        if (await client.Circuits.FindAsync(circuit, cancellation) is { Body.Properties: var seen })
        {
            Add("circuitProvisioningState", seen.CircuitProvisioningState, "Enabled", "circuit");
            Add("serviceProviderProvisioningState", seen.ServiceProviderProvisioningState, "Provisioned", "provider");
            foreach (PeeringBody peering in seen.Peerings)
            {
                Add($"{peering.Name} state", peering.Properties.State, "Enabled", "peering", peering.Name);
                foreach (Document<SessionBody> session in await SessionsAsync(peering.Name, cancellation))
                    Add(
                        $"session {session.Body.Path}",
                        session.Body.State,
                        "Established",
                        "session",
                        session.Body.Path,
                        session.Body.Neighbor
                    );
            }
        }
        tell.States(states);

        void Add(string member, string value, string goal, string thing, params object[] values)
        {
            var state = new DemoState(tell.Words[$"demo thing {thing}", values], member, value, value == goal);
            states.Add(state);
            if (_last.TryGetValue(member, out string? before) && before != value)
                tell.State(state);
            _last[member] = value;
        }
    }

    /// <summary>A peering that went away between two requests has none.</summary>
    private async Task<IReadOnlyList<Document<SessionBody>>> SessionsAsync(string peering, CancellationToken cancellation)
    {
        try
        {
            return await client.Peerings.SessionsAsync(Ids.Peering(circuit, peering), cancellation);
        }
        catch (ArmException e) when (e.Status == 404)
        {
            return [];
        }
    }

    public void Dispose() => _one.Dispose();
}
