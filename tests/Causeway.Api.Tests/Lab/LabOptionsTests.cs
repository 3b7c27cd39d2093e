using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Lab.Bgp;

namespace Causeway.Api.Tests.Lab;

/// <summary>The command line of <c>bgp run</c>: what each peer is to get.</summary>
public sealed class LabOptionsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-lab-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static LabOptions Options(params string[] peers) =>
        new()
        {
            Asn = "64500",
            RouterId = "10.0.0.1",
            Listen = ["127.0.0.11:1790", "127.0.0.13:1790", "[2001:db8::1]:1790"],
            Peers = peers,
            Announce = ["192.0.2.0/24", "2001:db8:9::/48"],
            Socket = "unused",
        };

    private static (NeighborConfiguration[] Neighbors, List<string> Problems) Compile(LabOptions options)
    {
        var problems = new List<string>();
        SpeakerConfiguration? configuration = options.Compile(problems);
        return ([.. configuration?.Instances.SelectMany(i => i.Neighbors) ?? []], problems);
    }

    [Fact]
    public void Each_peer_may_have_a_source_policies_a_key_and_a_next_hop_of_its_own()
    {
        string policy = File("policy.yaml", "- nextHopBeyond: 127.0.0.12/30\n  accept: false\n  reason: NextHopOutsideLan\n- accept: true");
        Environment.SetEnvironmentVariable("CAUSEWAY_TEST_LAB_KEY", "from the environment");
        (NeighborConfiguration[] peers, List<string> problems) = Compile(
            Options(
                "127.0.0.12:1790=64501",
                $"127.0.0.14:1790=64502,from=127.0.0.13,import={policy},export=none,md5-file={File("key", "from a file\n")},passive",
                "127.0.0.15=64503,from=127.0.0.13,export=all,md5-env=CAUSEWAY_TEST_LAB_KEY,next-hop-v6=2001:db8::7,allow-as-sets",
                "[2001:db8::2]:1790=64504"
            ) with
            {
                Md5 = "for all",
                Import = "all",
            }
        );
        Assert.Empty(problems);
        Assert.Equal(["127.0.0.11", "127.0.0.13", "127.0.0.13", "2001:db8::1"], peers.Select(p => $"{p.LocalAddress}"));
        Assert.Equal(["for all", "from a file", "from the environment", "for all"], peers.Select(p => p.Md5Key));
        Assert.Equal([false, true, false, false], peers.Select(p => p.Passive));
        Assert.Equal([false, false, true, false], peers.Select(p => p.AllowAsSets));
        Assert.Equal(["", "", "2001:db8::7", ""], peers.Select(p => $"{p.NextHopV6}"));
        Assert.Equal("127.0.0.12/30", $"{peers[1].Import!.Terms[0].NextHopBeyond!.Subnet}");
        Assert.Null(peers[1].Export);
        Assert.Equal(RoutePolicy.AcceptAll, peers[2].Export);
        // What is not said for a peer is what the command line says, and that is to announce our own and nothing else.
        Assert.Equal(RoutePolicy.AcceptAll, peers[0].Import);
        Assert.Equal(2, peers[0].Export!.Terms[0].Prefixes!.Value.Length);
    }

    [Fact]
    public void The_same_peer_may_be_spoken_to_from_two_addresses()
    {
        (NeighborConfiguration[] peers, List<string> problems) = Compile(
            Options("127.0.0.12=64501,from=127.0.0.11", "127.0.0.12=64501,from=127.0.0.13")
        );
        Assert.Empty(problems);
        Assert.Equal(["127.0.0.12@127.0.0.11", "127.0.0.12@127.0.0.13"], peers.Select(p => p.Name));
    }

    [Theory]
    [InlineData("127.0.0.12=64501,from=127.0.0.99", "'127.0.0.99' is no address of --listen")]
    [InlineData("127.0.0.12=64501,from=127.0.0.11,from=127.0.0.13", "'from' is there twice")]
    [InlineData("127.0.0.12=64501,form=127.0.0.11", "'form=127.0.0.11' is no option of a peer")]
    [InlineData("127.0.0.12=64501,passive=yes", "'passive=yes' is no option of a peer")]
    [InlineData("127.0.0.12=64501,md5-file=/nowhere/key", "/nowhere/key")]
    [InlineData("127.0.0.12=64501,md5-env=CAUSEWAY_TEST_NO_SUCH", "no environment variable 'CAUSEWAY_TEST_NO_SUCH'")]
    [InlineData("127.0.0.12=64501,md5-file=a,md5-env=b", "given more than once")]
    [InlineData("127.0.0.12=64501,next-hop-v6=192.0.2.1", "'192.0.2.1' is not an IPv6 address")]
    [InlineData("127.0.0.12=64501,import=/nowhere.yaml", "/nowhere.yaml")]
    [InlineData("127.0.0.12", "is not a peer")]
    [InlineData("", "is not a peer")]
    public void What_is_wrong_with_a_peer_is_said(string peer, string words)
    {
        (NeighborConfiguration[] peers, List<string> problems) = Compile(Options(peer));
        Assert.Empty(peers);
        Assert.Contains(problems, p => p.Contains(words, StringComparison.Ordinal) && p.StartsWith("--peer", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_is_named_once()
    {
        (_, List<string> problems) = Compile(Options("127.0.0.12=64501") with { Md5 = "a", Md5File = File("key", "b") });
        Assert.Contains("--md5 is given more than once", Assert.Single(problems), StringComparison.Ordinal);
        (_, problems) = Compile(Options("127.0.0.12=64501") with { Md5File = File("empty", "\n") });
        Assert.Contains("is empty", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_is_not_told_IPv6_routes_for_want_of_a_next_hop_is_named()
    {
        LabOptions options = Options("127.0.0.12=64501", "127.0.0.14=64502,next-hop-v6=2001:db8::7", "[2001:db8::2]:1790=64504");
        SpeakerConfiguration configuration = options.Compile([])!;
        Assert.Contains("not announced to 127.0.0.12", Assert.Single(options.Notes(configuration)), StringComparison.Ordinal);
        options = options with { Announce = ["192.0.2.0/24"] };
        Assert.Empty(options.Notes(options.Compile([])!));
    }

    [Fact]
    public void The_how_to_explains_every_part_of_a_policy_term()
    {
        string page = System.IO.File.ReadAllText(Path.Combine(Repository(), "docs", "how-to", "bgp-lab-router.md"));
        foreach (string key in PolicyFile.Keys)
            Assert.Contains($"| `{key}` |", page, StringComparison.Ordinal);
    }

    private static string Repository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "Causeway.slnx")))
            folder = folder.Parent;
        return folder!.FullName;
    }
}
