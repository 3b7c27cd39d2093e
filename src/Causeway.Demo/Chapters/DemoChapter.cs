using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Contracts.Resources;

namespace Causeway.Demo.Chapters;

/// <summary>
/// A part of the demo that can be told by itself: what it needs from before it makes quietly. Everything goes through the public API only, by people with
/// logins of their own, and a customer's router with real BGP sessions. Every claim is read back from the server or from the router before it is shown.
/// </summary>
internal abstract class DemoChapter(DemoCast cast) : IAsyncDisposable
{
    protected const string Region = "westeurope";
    protected const string City = "Amsterdam";

    protected CausewayClient Contoso => cast.Contoso;
    protected DemoTeller Tell => cast.Tell;
    protected DemoCast Cast => cast;

    /// <summary>Contoso's router, of this chapter alone.</summary>
    protected CustomerRouter Router { get; } = new(cast.Time);

    /// <summary>The path of Contoso's subscription.</summary>
    protected string Subscription => $"/subscriptions/{Contoso.Arm.Subscription()}";

    protected string ContosoGroup { get; } = Ids.Group(cast.Contoso.Arm.Subscription(), "contoso-network");

    public abstract Task RunAsync(CancellationToken cancellation);

    protected static Task<Document<GroupBody>> GroupAsync(CausewayClient who, string group, CancellationToken cancellation) =>
        who.Groups.PutAsync(group, new GroupBody { Location = Region }, ResourcesContract.Default.GroupBody, wait: true, cancellation);

    protected async Task MustBeRefusedAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (ArmException e)
        {
            Tell.Refused("Causeway", e.Code, e.Message);
            return;
        }
        throw new ClientException("What should have been refused was accepted.");
    }

    /// <summary>Looks until something is so; half a minute is far more than any of it takes.</summary>
    protected async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> holds, string what, CancellationToken cancellation)
    {
        DateTimeOffset deadline = cast.Time.GetUtcNow() + TimeSpan.FromSeconds(30);
        while (true)
        {
            T seen = await look();
            if (holds(seen))
                return seen;
            if (cast.Time.GetUtcNow() > deadline)
                throw new ClientException($"Waited 30 s in vain for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cast.Time, cancellation);
        }
    }

    public ValueTask DisposeAsync() => Router.DisposeAsync();
}
