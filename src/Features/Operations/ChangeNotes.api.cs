using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Domain.Routers;
using Causeway.Hosting;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Operations;

/// <summary>
/// Tells the other nodes what the routers that are driven here show: counts and states of sessions enter no journal, so that each node keeps one small row of the
/// latest in the store, which the others' <see cref="ChangeFeed"/> reads while somebody waits there. Nothing is written where there is one node.
/// </summary>
public sealed class ChangeNotes(IStore store, NodeIdentity node, TimeProvider clock) : Loop("change notes")
{
    /// <summary>So many are kept; who has not read for longer is told that they missed some.</summary>
    private const int MostKept = 500;

    private const string Prefix = "told/";

    /// <summary>A row that nobody has written for so long is one of a node that is gone.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Queue<ChangeNote> _kept = new();
    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);
    private long _last;
    private long _written;
    private bool _hasSwept;

    private string Own => $"{Prefix}{node.Id}";

    public override bool IsNeeded => false;

    /// <summary>A router that is driven here shows something new of these instances. From any thread; it is written down by the next turn.</summary>
    public void Observed(IEnumerable<ObservedInstance> instances)
    {
        if (!store.IsShared)
            return;
        lock (_gate)
            foreach (ObservedInstance instance in instances)
            foreach (string peer in instance.Peers.DefaultIfEmpty(""))
            {
                _kept.Enqueue(new ChangeNote(++_last, instance.Name, peer));
                if (_kept.Count > MostKept)
                    _kept.Dequeue();
            }
        Wake();
    }

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        ChangeNote[] notes;
        lock (_gate)
            notes = [.. _kept];
        if (notes is not [.., var newest] || newest.Number == _written)
            return new TurnResult("nothing new", null);
        DateTimeOffset now = clock.GetUtcNow();
        await store.PutObservationsAsync(
            [
                new Observation(
                    Own,
                    now,
                    0,
                    newest.Number.ToString(CultureInfo.InvariantCulture),
                    JsonSerializer.SerializeToUtf8Bytes(notes, ChangeNoteJson.Default.ChangeNoteArray)
                ),
            ],
            cancellation
        );
        int told = (int)(newest.Number - _written);
        _written = newest.Number;
        if (!_hasSwept)
        {
            foreach (Observation row in (await store.ObservationsAsync(Prefix, null, 1000, cancellation)).Items)
                if (row.At < now - Forgotten)
                    await store.DeleteObservationsAsync(row.Key, cancellation);
            _hasSwept = true;
        }
        return new TurnResult($"{told} told", null);
    }

    /// <summary>What other nodes told since this was asked last; null when some of it is not known any more. One caller at a time.</summary>
    public async ValueTask<IReadOnlyList<ChangeNote>?> HeardAsync(CancellationToken cancellation)
    {
        if (!store.IsShared)
            return [];
        var fresh = new List<ChangeNote>();
        bool isWhole = true;
        foreach (Observation row in (await store.ObservationsAsync(Prefix, null, 1000, cancellation)).Items)
        {
            long heard = _heard.GetValueOrDefault(row.Key);
            if (
                row.Key == Own
                || !long.TryParse(row.Revision, NumberStyles.None, CultureInfo.InvariantCulture, out long newest)
                || newest <= heard
                || JsonSerializer.Deserialize(row.Body.Span, ChangeNoteJson.Default.ChangeNoteArray) is not { Length: > 0 } notes
            )
                continue;
            isWhole &= notes[0].Number <= heard + 1;
            fresh.AddRange(notes.Where(n => n.Number > heard));
            _heard[row.Key] = newest;
        }
        return isWhole ? fresh : null;
    }
}

/// <summary>A session that a router shows anew.</summary>
/// <param name="Number">From 1 on, in the order in which its node told them.</param>
/// <param name="Instance">Of the router.</param>
/// <param name="Peer">The peer's address; empty for the instance as a whole.</param>
public sealed record ChangeNote(long Number, string Instance, string Peer);

/// <summary>How notes stand in the store.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChangeNote[]))]
internal sealed partial class ChangeNoteJson : JsonSerializerContext;
