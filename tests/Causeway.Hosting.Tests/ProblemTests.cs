using System.Data.Common;
using System.Net.Sockets;
using Causeway.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Hosting.Tests;

public sealed class ProblemTests
{
    [Fact]
    public void The_words_for_everybody_name_no_host_user_or_file()
    {
        Exception[] all =
        [
            new Refused("Failed to connect to 10.1.2.3:5432", null),
            new Refused("28P01: password authentication failed for user \"causeway\"", "28P01"),
            new Refused("x", null, new TimeoutException("10.1.2.3")),
            new IOException("No space left on device : '/var/lib/causeway/db.example.net'"),
            new SocketException((int)SocketError.ConnectionRefused, "10.1.2.3"),
            new AggregateException(new Refused("Failed to connect to 10.1.2.3:5432", null)),
            new InvalidOperationException("user \"causeway\" at 10.1.2.3"),
            new OperationCanceledException("db.example.net"),
        ];
        Assert.All(
            all,
            e =>
            {
                string words = Problem.InPublic(e);
                Assert.NotEmpty(words);
                Assert.DoesNotContain("10.1.2.3", words, StringComparison.Ordinal);
                Assert.DoesNotContain("example", words, StringComparison.Ordinal);
                Assert.DoesNotContain("\"causeway\"", words, StringComparison.Ordinal);
            }
        );
        Assert.Contains("28P01", Problem.InPublic(all[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_says_not_now_says_it_in_its_own_words() => Assert.Equal("There is no room on the disk", Problem.InPublic(new Full()));

    private sealed class Full() : DbException("There is no room on the disk."), IUnavailable
    {
        public string Code => "StoreFull";
        public TimeSpan? RetryAfter => TimeSpan.FromSeconds(15);
    }

    [Fact]
    public void A_cause_that_the_message_holds_already_is_not_said_twice() =>
        Assert.Equal(
            "cannot: the disk is full <- really",
            Problem.Text(new IOException("cannot: the disk is full", new IOException("the disk is full", new IOException("really"))))
        );

    [Fact]
    public void Repeats_are_told_once_a_minute_with_how_many_were_not()
    {
        var clock = new FakeTimeProvider();
        var repeats = new Repeats(clock);
        Assert.True(repeats.Tell("no answer from port 1", out long untold));
        Assert.Equal(0, untold);
        for (int i = 2; i < 102; i++)
            Assert.False(repeats.Tell($"no answer from port {i}", out _));
        Assert.True(repeats.Tell("something else", out _));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(repeats.Tell("no answer from port 7", out untold));
        Assert.Equal(100, untold);
        Assert.False(repeats.Tell("no answer from port 7", out _));
        Assert.Equal(1, repeats.Over());
        Assert.True(repeats.Tell("no answer from port 7", out _));
    }

    [Fact]
    public void Problems_that_are_ever_different_do_not_fill_the_memory()
    {
        var repeats = new Repeats(new FakeTimeProvider());
        for (int i = 0; i < 10_000; i++)
            Assert.True(repeats.Tell(new string('x', i), out _)); // the oldest was forgotten, so each is new
        Assert.False(repeats.Tell(new string('x', 9_999), out _));
    }

    private sealed class Refused(string message, string? state, Exception? inner = null) : DbException(message, inner)
    {
        public override string? SqlState => state;
    }
}
