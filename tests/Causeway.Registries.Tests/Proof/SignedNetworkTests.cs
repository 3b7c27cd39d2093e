using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Service;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Proof;

/// <summary>Certificates in inetnum, inet6num and route objects, by every road that objects come: a signature is proof while one of them verifies it, and no longer.</summary>
public sealed class SignedNetworkTests : IDisposable
{
    private const string Id = "Azure-SKEY|24e6ea2b-6940-4bec-b0b3-3a9e5471e512|193.10.4.0/22|ASN-3301";
    private static readonly IpPrefix s_prefix = IpPrefix.Parse("193.10.4.0/22");
    private static readonly ECDsa s_key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-signed-");
    private readonly ManualTimeProvider _clock = new();
    private RegistryService _service;

    public SignedNetworkTests() => _service = Open();

    public void Dispose()
    {
        _service.Dispose();
        _folder.Delete(recursive: true);
    }

    private RegistryService Open() =>
        new(
            new RegistryOptions
            {
                DataFolder = _folder.FullName,
                Irr = new IrrStoreOptions { Guard = ShrinkGuard.Off },
            },
            _clock
        );

    [Fact]
    public async Task A_network_is_kept_for_its_certificate_and_found_by_what_lies_inside_it()
    {
        await LoadAsync(
            Network("193.10.0.0 - 193.10.127.255", Certificate(1)),
            "inetnum: 193.10.4.0 - 193.10.7.255\nnetname: NONE\nsource: RIPE\n",
            "route: 193.10.0.0/16\norigin: AS9\nsource: RIPE\n"
        );
        Assert.Equal((1, 1), (_service.Current.Irr.Source("RIPE")!.Networks, _service.Current.Irr.Networks(s_prefix).Count));
        SignatureVerdict proof = Check();
        Assert.Equal(SignatureState.Configured, proof.State);
        Assert.Equal(("RIPE", "inetnum 193.10.0.0 - 193.10.127.255"), (proof.By!.Source, proof.By.Object));
        Assert.Equal(_clock.GetUtcNow().AddDays(1), proof.By.Until, TimeSpan.FromSeconds(1));
        Assert.Empty(_service.Current.Irr.Networks(IpPrefix.Parse("193.10.128.0/22")));
        Assert.Empty(_service.Current.Irr.Networks(IpPrefix.Parse("193.10.0.0/16")));
        // Where it is said to be registered counts.
        Assert.Equal(SignatureState.ManualValidationNeeded, Check("ARIN").State);
        Assert.Equal(SignatureState.Configured, Check("RIPENCC").State);

        // As it stands on the disk after a restart.
        _service.Dispose();
        _service = Open();
        Assert.Equal(SignatureState.Configured, Check().State);
        // And as time passes.
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(SignatureState.ValidationFailed, Check().State);
    }

    [Fact]
    public async Task A_mirrors_change_brings_it_and_takes_it_away_and_says_what_it_touches()
    {
        const string Route = "route: 193.10.0.0/16\norigin: AS9\nsource: RIPE\n";
        await LoadAsync(Route);
        Assert.Equal(SignatureState.CertificateMissingInRoutingRegistry, Check().State);
        // Blocks that do not divide evenly are written so, too.
        const string Range = "193.10.4.0 - 193.10.9.255";
        await StepAsync(2, new IrrChange.Put(Encoding.ASCII.GetBytes(Network(Range, Certificate(1)))), SignatureState.Configured);
        // Another certificate of the same length.
        await StepAsync(3, new IrrChange.Put(Encoding.ASCII.GetBytes(Network(Range, Certificate(3)))), SignatureState.Configured);
        // The object stays, and has none any more.
        await StepAsync(
            4,
            new IrrChange.Put(Encoding.ASCII.GetBytes($"inetnum: {Range}\nnetname: NONE\nsource: RIPE\n")),
            SignatureState.CertificateMissingInRoutingRegistry
        );
        await StepAsync(5, new IrrChange.Put(Encoding.ASCII.GetBytes(Network(Range, Certificate(1)))), SignatureState.Configured);
        await StepAsync(
            6,
            new IrrChange.Delete(RpslObjectKey.OfText(RpslClass.InetNum, Encoding.ASCII.GetBytes(Range))!),
            SignatureState.CertificateMissingInRoutingRegistry
        );
        // In the remarks of the route of a block around it.
        await StepAsync(7, new IrrChange.Put(Encoding.ASCII.GetBytes(Route + Certificate(1))), SignatureState.Configured);
        // The prefix itself is somebody else's by a route object: the holder has to have it changed.
        await StepAsync(
            8,
            new IrrChange.Put(Encoding.ASCII.GetBytes("route: 193.10.4.0/22\norigin: AS4444\nsource: RIPE\n")),
            SignatureState.AsnValidationFailed
        );
        await StepAsync(
            9,
            new IrrChange.Put(Encoding.ASCII.GetBytes("route: 193.10.4.0/22\norigin: AS3301\nsource: RIPE\n")),
            SignatureState.Configured
        );
    }

    [Fact]
    public async Task Whoever_holds_a_larger_network_signs_for_no_part_that_is_others_nearer()
    {
        string larger = Network("193.10.0.0 - 193.10.255.255", Certificate(1));
        const string Others = "route: 193.10.0.0/21\norigin: AS7777\nsource: RIPE\n";
        await LoadAsync(larger);
        Assert.Equal(SignatureState.Configured, Check().State);
        await LoadAsync(larger, Others);
        Assert.Equal(SignatureState.CertificateMissingInRoutingRegistry, Check().State);
        // The block is registered to the ASN as well, or the network lies nearer still.
        await LoadAsync(larger, Others, "route: 193.10.0.0/21\norigin: AS3301\nsource: RIPE\n");
        Assert.Equal(SignatureState.Configured, Check().State);
        await LoadAsync(Network("193.10.4.0 - 193.10.7.255", Certificate(1)), Others);
        Assert.Equal(SignatureState.Configured, Check().State);
        // Nobody holds so much.
        await LoadAsync(Network("0.0.0.0 - 255.255.255.255", Certificate(1)));
        Assert.Equal(SignatureState.ManualValidationNeeded, Check().State);
        await LoadAsync(Network("192.0.0.0 - 193.255.255.255", Certificate(1)));
        Assert.Equal(SignatureState.ManualValidationNeeded, Check().State);
        await LoadAsync(Network("193.0.0.0 - 193.255.255.255", Certificate(1)));
        Assert.Equal(SignatureState.Configured, Check().State);
    }

    [Theory]
    [InlineData("inetnum", "192.0.2.0 - 192.0.2.255", "192.0.2.0 - 192.0.2.255")]
    [InlineData("inetnum", "  192.0.2.0-192.0.2.9 # ours", "192.0.2.0 - 192.0.2.9")]
    [InlineData("inetnum", "192.0.2.0/24", "192.0.2.0 - 192.0.2.255")]
    [InlineData("inetnum", "0.0.0.0 - 255.255.255.255", "0.0.0.0 - 255.255.255.255")]
    [InlineData("inet6num", "2001:db8::/32", "2001:db8::/32")]
    [InlineData("inet6num", "::/0", "::/0")]
    [InlineData("inet6num", "2001:db8::1/128", "2001:db8::1/128")]
    [InlineData("inetnum", "192.0.2.9 - 192.0.2.0", null)]
    [InlineData("inetnum", "192.0.2.1/24", null)]
    [InlineData("inetnum", "2001:db8::/32", null)]
    [InlineData("inet6num", "192.0.2.0 - 192.0.2.255", null)]
    [InlineData("inetnum", "", null)]
    [InlineData("inetnum", "-", null)]
    public void Ranges_are_read_as_registries_write_them(string kind, string key, string? range) =>
        Assert.Equal(
            range,
            RpslNetwork.TryRange(RpslNames.ClassOf(Encoding.ASCII.GetBytes(kind)), Encoding.ASCII.GetBytes(key), out AddressRange read)
                ? read.ToString()
                : null
        );

    private async Task StepAsync(long serial, IrrChange change, SignatureState state)
    {
        long before = _service.Revision;
        await _service.Irr.ApplyAsync("RIPE", [change], serial, "nrtm", null, CancellationToken.None);
        Assert.Equal(state, Check().State);
        ProofChanges changes = _service.ChangesSince(before);
        Assert.False(changes.IsEverything);
        Assert.True(changes.Touches(s_prefix), $"step {serial} touches {string.Join(", ", changes.Blocks)}");
        Assert.False(changes.Touches(IpPrefix.Parse("193.11.0.0/24")));
    }

    private SignatureVerdict Check(string registry = "NONE")
    {
        Assert.True(RoutingRegistry.TryParse(registry, out RoutingRegistry named));
        byte[] signature = s_key.SignData(Encoding.UTF8.GetBytes(Id), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return _service.Check(new SignedClaim(s_prefix, new Asn(3301), named, Id, null, Convert.ToBase64String(signature)));
    }

    private async Task LoadAsync(params string[] objects) =>
        await _service.Irr.LoadAsync(
            [IrrDump.Bytes("RIPE", Encoding.ASCII.GetBytes(string.Join("\n", objects)))],
            null,
            CancellationToken.None
        );

    private static string Network(string range, string remarks) => $"inetnum: {range}\nnetname: HELD\n{remarks}source: RIPE\n";

    private string Certificate(int days)
    {
        var request = new CertificateRequest("CN=holder", s_key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(_clock.GetUtcNow().AddDays(-1), _clock.GetUtcNow().AddDays(days));
        return string.Concat(certificate.ExportCertificatePem().Split('\n').Select(l => $"remarks:        {l}\n"));
    }
}
