using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Drills.Tests;

/// <summary>What a call came to.</summary>
internal enum Answered
{
    /// <summary>Accepted: from now on it must be so, whatever happens.</summary>
    Yes,

    /// <summary>No answer, or 503: it happened or it did not.</summary>
    Unknown,

    /// <summary>Nobody answered in time: it may happen yet, when a frozen node wakes up and reads what it was sent.</summary>
    Late,
}

/// <summary>
/// A principal's calls during a drill. The server may be away, frozen, or say 503; anything else that is not an answer to what was asked is a fault and is
/// written down. With several endpoints (nodes) calls go round.
/// </summary>
internal sealed class Caller(IReadOnlyList<ArmClient> nodes, Figures figures) : IDisposable
{
    public const string V = ArmClient.NetworkVersion;

    /// <summary>After this a caller goes to another node, as a balancer would.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private int _next;
    private volatile int _silent = -1;
    private long _acknowledged;
    private long _unavailable;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>How often the answer was 503.</summary>
    public long Unavailable => Interlocked.Read(ref _unavailable);

    public string Subscription => nodes[0].Subscription();

    /// <summary>The next node, leaving out the one that did not answer last, as a balancer would.</summary>
    private ArmClient Node
    {
        get
        {
            int index = (int)((uint)Interlocked.Increment(ref _next) % nodes.Count);
            return nodes[index == _silent ? (index + 1) % nodes.Count : index];
        }
    }

    public Task<Answered> PutAsync(string id, JsonObject body, CancellationToken stop, string version = V) =>
        WriteAsync($"PUT {id}", (node, within) => node.PutAsync(id, version, body, wait: false, within), stop);

    public Task<Answered> DeleteAsync(string id, CancellationToken stop) =>
        WriteAsync($"DELETE {id}", (node, within) => node.DeleteAsync(id, V, wait: false, within), stop);

    private async Task<Answered> WriteAsync(string what, Func<ArmClient, CancellationToken, Task> write, CancellationToken stop)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(stop);
        within.CancelAfter(Patience);
        ArmClient node = Node;
        try
        {
            await write(node, within.Token);
            Interlocked.Increment(ref _acknowledged);
            return Answered.Yes;
        }
        catch (ArmException e) when (e.Status == 503)
        {
            Interlocked.Increment(ref _unavailable);
        }
        catch (ArmException e)
        {
            figures.Answers.Add($"{what}: {e.Status} {e.Code}: {e.Message}");
        }
        catch (ClientException)
        {
            // Nobody answered.
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            _silent = IndexOf(node);
            return Answered.Late;
        }
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
        return Answered.Unknown;
    }

    /// <summary>Reads until somebody answers; null when there is no such resource.</summary>
    public async Task<JsonNode?> FindAsync(string id, CancellationToken stop, string version = V)
    {
        while (true)
        {
            using var within = CancellationTokenSource.CreateLinkedTokenSource(stop);
            within.CancelAfter(Patience);
            ArmClient node = Node;
            try
            {
                return await node.FindAsync(id, version, within.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                _silent = IndexOf(node);
                continue;
            }
            catch (ArmException e) when (e.Status != 503)
            {
                figures.Answers.Add($"GET {id}: {e.Status} {e.Code}: {e.Message}");
            }
            catch (ClientException)
            {
                // Away, or says so.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
        }
    }

    public async Task<List<JsonNode>> ListAsync(string path, CancellationToken stop)
    {
        var all = new List<JsonNode>();
        await foreach (JsonNode item in Node.ListAsync(path, V, stop))
            all.Add(item);
        return all;
    }

    private int IndexOf(ArmClient node) => nodes.Count > 1 ? nodes.ToList().IndexOf(node) : -1;

    public void Dispose()
    {
        foreach (ArmClient node in nodes)
            node.Dispose();
    }
}
