using System.Diagnostics;
using Causeway.Api.Tests;

namespace Causeway.Portal.Tests;

/// <summary>A change made by one person is told to another's open page, within a second; another's data never.</summary>
public sealed class LiveTests(PortalServer api) : IClassFixture<PortalServer>
{
    [Fact]
    public async Task A_change_is_told_within_a_second_and_to_nobody_whom_it_does_not_concern()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await api.OrderAsync("lively");
        string cross = $"*/expressRouteCrossConnections/";
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        await using Events mine = await Events.OfAsync(customer, "*/expressRouteCircuits/", patience.Token);
        await using Events theirs = await Events.OfAsync(provider, cross, patience.Token);
        await using Events others = await Events.OfAsync(other, "*/", patience.Token);

        // The first change shows that all listen; the second is timed.
        (await api.Customer.Patch(api.Circuit("lively"), """{"tags":{"a":"1"}}""")).Is(200);
        await mine.ChangedAsync("lively", patience.Token);
        long began = Stopwatch.GetTimestamp();
        (await api.Customer.Patch(api.Circuit("lively"), """{"tags":{"a":"2"}}""")).Is(200);
        await mine.ChangedAsync("lively", patience.Token);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took.TotalMilliseconds:0} ms.");
        await theirs.ChangedAsync("expressRouteCrossConnections", patience.Token);

        // What concerns them is told, and it is the first that they hear.
        (
            await api.OtherCustomer.Put(
                $"/subscriptions/{api.OtherSubscription}/resourceGroups/own?api-version=2021-04-01",
                """{"location":"westeurope"}"""
            )
        ).Is(201);
        string first = await others.NextAsync(patience.Token);
        Assert.Contains("resourceGroups/own", first, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("lively", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_back_is_told_what_was_missed()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await api.OrderAsync("returning");
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        string page = await browser.PageAsync("/portal/customer/circuits");
        string position = page.Split("data-position=\"")[1].Split('"')[0];
        (await api.Customer.Patch(api.Circuit("returning"), """{"tags":{"a":"1"}}""")).Is(200);
        await using Events since = await Events.OfAsync(browser, "*/expressRouteCircuits/", patience.Token, position);
        await since.ChangedAsync("returning", patience.Token);
        await using Events unknown = await Events.OfAsync(browser, "*/expressRouteCircuits/", patience.Token, "other.12");
        Assert.Contains("\"missed\":true", await unknown.NextAsync(patience.Token), StringComparison.Ordinal);
    }

    /// <summary>While nothing changes a page is told that somebody is here, so that it knows when nobody is.</summary>
    [Fact]
    public async Task A_page_is_told_that_somebody_is_here()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        await using Events events = await Events.OfAsync(browser, "*/nothing/", patience.Token);
        long began = Stopwatch.GetTimestamp();
        await events.NamedAsync("here", patience.Token);
        await events.NamedAsync("here", patience.Token);
        // The page waits three times as long as one beat.
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(15), $"{Stopwatch.GetElapsedTime(began)}");
    }

    /// <summary>Who may see less, or more, than a moment ago is told so at once: the page is loaded anew.</summary>
    [Fact]
    public async Task Other_roles_end_what_is_told()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string role =
            $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01";
        using HttpClient other = await api.SignedInAsync("otherCustomer");
        string who = (await other.Get("/providers/Causeway.Operations/me?api-version=2026-11-01")).Is(200).Body!["objectId"]!.ToString();
        using Browser uninvolved = await Browser.SignedInAsync(api, "provider");
        await using Events theirs = await Events.OfAsync(uninvolved, "*/", patience.Token);
        using Browser browser = await Browser.SignedInAsync(api, "otherCustomer");
        await using Events before = await Events.OfAsync(browser, "*/", patience.Token);
        (
            await api.Operator.Put(
                role,
                $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7","principalId":"{{{who}}}"}}"""
            )
        ).Is(201);
        await before.NamedAsync("over", patience.Token);
        await using Events with = await Events.OfAsync(browser, "*/", patience.Token);
        await browser.PageAsync($"/portal/r/subscriptions/{api.CustomerSubscription}");
        long began = Stopwatch.GetTimestamp();
        (await api.Operator.Delete(role)).Is(200);
        await with.NamedAsync("over", patience.Token);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(3), $"{Stopwatch.GetElapsedTime(began)}");
        await browser.PageAsync($"/portal/r/subscriptions/{api.CustomerSubscription}", 403);
        // Whom it does not concern hears nothing of it: what comes next is that somebody is here.
        Assert.Equal("here", await theirs.NextNameAsync(patience.Token));
    }

    /// <summary>A page in another window of who signs out is over at once, not when it would have asked the next time.</summary>
    [Fact]
    public async Task Who_signs_out_is_out_in_every_window()
    {
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using Events window = await Events.OfAsync(browser, "*/x/", patience.Token);
        using HttpResponseMessage left = await browser.PostAsync("/portal/signout");
        patience.CancelAfter(TimeSpan.FromSeconds(4));
        await window.NamedAsync("over", patience.Token);
    }

    /// <summary>The data of server-sent events, one after the other.</summary>
    private sealed class Events(HttpResponseMessage answer, StreamReader lines) : IAsyncDisposable
    {
        public static async Task<Events> OfAsync(Browser browser, string watch, CancellationToken cancellation, string? after = null)
        {
            string page = await browser.PageAsync("/portal/nothing");
            Assert.NotEmpty(page);
            HttpResponseMessage answer = await browser.GetAsync(
                $"/portal/events?watch={Uri.EscapeDataString(watch)}{(after is null ? "" : $"&after={after}")}",
                stream: true,
                cancellation: cancellation
            );
            Assert.Equal(200, (int)answer.StatusCode);
            var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
            // Two comments: it is here, and it has its position.
            int comments = 0;
            while (after is null && comments < 2)
                if ((await lines.ReadLineAsync(cancellation))!.StartsWith(':'))
                    comments++;
            return new Events(answer, lines);
        }

        public async Task<string> NextAsync(CancellationToken cancellation)
        {
            while (await lines.ReadLineAsync(cancellation) is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    return line["data: ".Length..];
            throw new InvalidOperationException("The events ended.");
        }

        /// <summary>The name of the next event that has one.</summary>
        public async Task<string> NextNameAsync(CancellationToken cancellation)
        {
            while (await lines.ReadLineAsync(cancellation) is { } line)
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    return line["event: ".Length..];
            throw new InvalidOperationException("The events ended.");
        }

        public async Task NamedAsync(string name, CancellationToken cancellation)
        {
            while (await NextNameAsync(cancellation) != name) { }
        }

        public async Task ChangedAsync(string name, CancellationToken cancellation)
        {
            while (!(await NextAsync(cancellation)).Contains(name, StringComparison.Ordinal)) { }
        }

        public ValueTask DisposeAsync()
        {
            lines.Dispose();
            answer.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
