using Causeway.Language;

namespace Causeway.Demo;

/// <summary>Turns what happened into events in the chosen language.</summary>
/// <param name="readingTime">How long to wait at each step, for a person to read; zero when nobody watches.</param>
public sealed class DemoTeller(IDemoScreen screen, Words words, TimeProvider time, TimeSpan readingTime)
{
    private int _step;

    public Words Words => words;

    /// <summary>A chapter begins.</summary>
    public async Task ChapterAsync(int number, string key)
    {
        if (_step > 0)
            await PauseAsync();
        screen.Show(
            new DemoEvent(
                time.GetUtcNow(),
                _step,
                "Causeway",
                "chapter",
                words[$"demo chapter {key}"],
                words[$"demo about {key}"],
                new Dictionary<string, string> { ["event"] = key, ["chapter"] = FormattableString.Invariant($"{number}") }
            )
        );
    }

    /// <summary>Somebody does something; and what that means, where it is the first time.</summary>
    public async Task StepAsync(string who, string key, params object[] values)
    {
        await PauseAsync();
        if (_step == 0)
            await PauseAsync(); // the introduction is longer
        _step++;
        Show(who, "step", key, values);
    }

    /// <summary>Leaves a state standing for a moment, so that it is seen.</summary>
    public Task PauseAsync() => readingTime > TimeSpan.Zero ? Task.Delay(readingTime, time, CancellationToken.None) : Task.CompletedTask;

    /// <summary>It is so now.</summary>
    public void Done(string who, string key, params object[] values) => Show(who, "done", key, values);

    public void Route(string who, string key, params object[] values) => Show(who, "route", key, values);

    public void Bill(string who, string meter, decimal quantity, string unit) => Show(who, "bill", "billed", meter, quantity, unit);

    /// <summary>A refusal that belongs to the story.</summary>
    public void Refused(string who, string code, string message) => Show(who, "refused", "refused", code, message);

    public void State(DemoState state) => Show("Causeway", "state", "state", state.Thing, state.Value);

    public void Failed(string why) => Show("Causeway", "failed", "failed", why);

    public void States(IReadOnlyList<DemoState> states) => screen.States(states);

    private void Show(string who, string kind, string key, params object[] values)
    {
        var facts = new Dictionary<string, string> { ["event"] = key };
        for (int i = 0; i < values.Length; i++)
            facts[$"value{i + 1}"] = FormattableString.Invariant($"{values[i]}");
        string? why = kind == "step" && words.Has($"demo why {key}") ? words[$"demo why {key}"] : null;
        screen.Show(new DemoEvent(time.GetUtcNow(), _step, who, kind, words[$"demo {key}", values], why, facts));
    }
}
