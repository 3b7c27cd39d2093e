namespace Causeway.Demo;

/// <summary>Turns what happened into events in the chosen language.</summary>
/// <param name="readingTime">How long to wait at each step, for a person to read; zero when nobody watches.</param>
public sealed class DemoTeller(IDemoScreen screen, DemoWords words, TimeProvider time, TimeSpan readingTime)
{
    private int _step;

    /// <summary>Somebody does something.</summary>
    public async Task StepAsync(string who, string key, params object[] values)
    {
        if (_step > 0)
            await PauseAsync();
        _step++;
        Show(who, "step", key, values);
    }

    /// <summary>Leaves a state standing for a moment, so that it is seen.</summary>
    public Task PauseAsync() => readingTime > TimeSpan.Zero ? Task.Delay(readingTime, time, CancellationToken.None) : Task.CompletedTask;

    /// <summary>It is so now.</summary>
    public void Done(string who, string key, params object[] values) => Show(who, "done", key, values);

    public void Route(string who, string key, params object[] values) => Show(who, "route", key, values);

    public void Bill(string who, string meter, string quantity, string unit) => Show(who, "bill", "billed", meter, quantity, unit);

    /// <summary>A refusal that belongs to the story.</summary>
    public void Refused(string who, string code, string message) => Show(who, "refused", "refused", code, message);

    public void State(string thing, string value) => Show("Causeway", "state", "state", thing, value);

    public void Failed(string why) => Show("Causeway", "failed", "failed", why);

    public void States(IReadOnlyList<DemoState> states) => screen.States(states);

    private void Show(string who, string kind, string key, params object[] values)
    {
        var facts = new Dictionary<string, string> { ["event"] = key };
        for (int i = 0; i < values.Length; i++)
            facts[$"value{i + 1}"] = values[i].ToString() ?? "";
        screen.Show(new DemoEvent(time.GetUtcNow(), _step, who, kind, words[key, values], facts));
    }
}
