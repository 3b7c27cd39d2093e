using System.Text.Json.Nodes;
using Causeway.Registries.Snapshot;

namespace Causeway.Lab.Registry;

/// <summary>
/// What a running registry tells, one line an event: for people, or as JSON with <c>at</c>, <c>event</c> and the event's own fields. The progress of a load
/// stands in one line that is written over on a terminal; where nobody watches, only what is done is told.
/// </summary>
/// <param name="width">Columns of the terminal; null when the output is none.</param>
internal sealed class RegistryLog(TextWriter output, bool json, int? width, TimeProvider clock) : IProgress<LoadProgress>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LoadProgress> _loads = [];
    private bool _lineIsOpen;

    public void Say(string kind, string text, JsonObject fields)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (_lock)
        {
            if (!json)
            {
                Overwrite("");
                output.WriteLine($"{now:HH:mm:ss} {text}");
                return;
            }
            fields.Insert(0, "at", now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
            fields.Insert(1, "event", kind);
            output.WriteLine(fields.ToJsonString());
        }
    }

    public void Problem(string text) => Say("problem", $"problem: {text}", new JsonObject { ["problem"] = text });

    public void Report(LoadProgress value)
    {
        lock (_lock)
        {
            _loads[value.What] = value;
            if (json || (width is null && value.Done))
                Say("progress", value.ToString(), Fields(value));
            else if (width is not null)
                Overwrite(Summary());
        }
    }

    private static JsonObject Fields(LoadProgress p) =>
        new()
        {
            ["what"] = p.What,
            ["bytes"] = p.Bytes,
            ["totalBytes"] = p.TotalBytes,
            ["objects"] = p.Objects,
            ["bytesPerSecond"] = (long)p.Rate,
            ["done"] = p.Done,
        };

    private string Summary()
    {
        LoadProgress[] all = [.. _loads.Values];
        double seconds = all.Max(p => p.Elapsed).TotalSeconds;
        string rate = seconds > 0 ? $", {all.Sum(p => p.Bytes) / 1e6 / seconds:0} MB/s" : "";
        return $"loading: {all.Count(p => p.Done)} dumps read, {all.Count(p => !p.Done)} being read, {all.Sum(p => p.Bytes) / 1e6:0} MB, {all.Sum(p => p.Objects):N0} objects{rate}";
    }

    private void Overwrite(string text)
    {
        if (width is null || (text.Length == 0 && !_lineIsOpen))
            return;
        // To the line's start, the text, and what is left of the former text wiped out.
        output.Write($"\r{(text.Length < width ? text : text[..(width.Value - 1)])}\e[K");
        output.Flush();
        _lineIsOpen = text.Length > 0;
    }
}
