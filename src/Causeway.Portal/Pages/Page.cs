using Causeway.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal.Pages;

/// <summary>A page: what it is called, and its fragments, which are read side by side and renewed one by one.</summary>
/// <param name="Side">The key of the side it belongs to; null for none.</param>
public sealed record Page(string Title, string? Side, IReadOnlyList<Fragment> Fragments)
{
    /// <summary>Where one came from, outermost first: text and path.</summary>
    public IReadOnlyList<(string Text, string Path)> Above { get; init; } = [];

    /// <summary>What people call it, where that is not its name; null where it is.</summary>
    public Func<Task<string?>>? Called { get; init; }

    /// <summary>The same, as it is called.</summary>
    public async Task<Page> CalledAsync()
    {
        try
        {
            return Called is not null && await Called() is { Length: > 0 } title ? this with { Title = title } : this;
        }
        catch (ClientException)
        {
            // Its parts say why it cannot be read.
            return this;
        }
    }
}

/// <summary>A part of a page that is read by itself.</summary>
/// <param name="Name">Unique on its page.</param>
/// <param name="Watches">Of what changes it has to be renewed (<see cref="Watch"/>).</param>
public sealed record Fragment(string Name, IReadOnlyList<string> Watches, Func<Task<RenderFragment>> Read)
{
    /// <summary>All of the table that it shows, for who takes it whole; null where it shows none.</summary>
    public Func<Task<Table>>? Whole { get; init; }

    /// <summary>What a file of that table is called after its page; null for the fragment's name.</summary>
    public string? File { get; init; }

    /// <summary>What it shows; or, where the API refused, why.</summary>
    public async Task<Loaded> LoadAsync(Look look)
    {
        try
        {
            return new Loaded(this, await Read(), null);
        }
        catch (ArmException e)
        {
            return new Loaded(this, Notices.Refused(look, e), e.Status is 200 ? 502 : e.Status);
        }
        catch (ClientException e)
        {
            return new Loaded(this, Notices.Refused(look, e), 503);
        }
    }
}

/// <param name="Status">What the API answered where it refused; null where it did not.</param>
public sealed record Loaded(Fragment Fragment, RenderFragment Content, int? Status);

/// <summary>A request for a page, by somebody who is signed in.</summary>
internal sealed record Asked(
    Look Look,
    CausewayClient Client,
    Viewer Viewer,
    HttpContext Http,
    TimeProvider Clock,
    CancellationToken Cancellation
)
{
    public Language.Words Words => Look.Words;

    /// <summary>From which row on a table is shown.</summary>
    public int At =>
        int.TryParse(
            Http.Request.Query["at"].ToString(),
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out int at
        )
            ? Math.Min(at, 1_000_000)
            : 0;

    /// <summary>Whether a table is taken whole, in another form than a page's.</summary>
    public bool IsWhole => Http.Request.Query.ContainsKey("form");
}
