using System.Text.Json;

namespace Causeway.Demo;

/// <summary>One JSON line per event, for machines. State changes are events too, so the table is not printed.</summary>
public sealed class JsonScreen(TextWriter output) : IDemoScreen
{
    private readonly Lock _gate = new();

    public void Show(DemoEvent happened)
    {
        lock (_gate)
            output.WriteLine(JsonSerializer.Serialize(happened, DemoJson.Default.DemoEvent));
    }

    public void States(IReadOnlyList<DemoState> states) { }
}
