using System.Diagnostics;

namespace Causeway.Testing;

/// <summary>Waits for a condition with a deadline; a failure prints the last observation. The only way tests wait.</summary>
public static class Eventually
{
    /// <param name="observe">Looks; returns what was seen.</param>
    /// <param name="holds">Whether that is what we wait for.</param>
    /// <param name="within">Deadline; 30 s by default, generous for a loaded machine.</param>
    /// <exception cref="TimeoutException">The deadline passed; the message holds the last observation.</exception>
    public static async Task<T> Get<T>(Func<Task<T>> observe, Func<T, bool> holds, string what, TimeSpan? within = null)
    {
        TimeSpan deadline = within ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        object? last = null;
        while (true)
        {
            try
            {
                T seen = await observe();
                if (holds(seen))
                    return seen;
                last = seen;
            }
            catch (Exception e) when (watch.Elapsed < deadline)
            {
                last = e.Message;
            }
            if (watch.Elapsed >= deadline)
                throw new TimeoutException($"Not within {deadline.TotalSeconds:0} s: {what}. Last seen: {last ?? "nothing"}");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, CancellationToken.None);
        }
    }

    public static Task<T> Get<T>(Func<T> observe, Func<T, bool> holds, string what, TimeSpan? within = null) =>
        Get(() => Task.FromResult(observe()), holds, what, within);

    public static Task True(Func<bool> condition, string what, TimeSpan? within = null) => Get(condition, b => b, what, within);
}
