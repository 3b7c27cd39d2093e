namespace Causeway.Portal.Sessions;

/// <summary>A resource that somebody lets others see who have a link.</summary>
/// <param name="By">Who shares it, and as whom it is asked for.</param>
/// <param name="Until">When the link ends; with the session at the latest.</param>
public sealed record Shared(PortalSession By, string Resource, DateTimeOffset Until)
{
    /// <summary>So many times a minute it is shown, however many look.</summary>
    public const int MostAMinute = 30;

    private readonly Lock _gate = new();
    private DateTimeOffset _minute;
    private int _asked;

    /// <summary>Counts one more look; false for one too many.</summary>
    public bool MayAsk(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (now - _minute >= TimeSpan.FromMinutes(1))
                (_minute, _asked) = (now, 0);
            return ++_asked <= MostAMinute;
        }
    }
}
