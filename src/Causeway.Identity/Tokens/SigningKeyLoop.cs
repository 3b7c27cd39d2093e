using Causeway.Hosting;

namespace Causeway.Identity.Tokens;

/// <summary>Keeps the signing keys of now and of soon at hand.</summary>
internal sealed class SigningKeyLoop(SigningKeys keys) : Loop("signing keys")
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>There is a week for it.</summary>
    public override bool IsNeeded => false;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        await keys.RefreshAsync(cancellation);
        return new($"signs with key {keys.Current.Period}", Every);
    }
}
