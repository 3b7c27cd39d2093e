namespace Causeway.Primitives.Tests;

/// <summary>
/// Paths by ASPAs (draft-ietf-sidrops-aspa-verification §7). The network of the tables is that of NIST's examples for implementers: F and G are lateral peers and have D below both and C
/// below F, and E below G; A is a customer of C and D, B of E; C, D and E are lateral peers. E and F have no ASPA; G's says that it has no provider.
/// </summary>
public sealed class PathVerifierTests
{
    private static readonly AspaTable Published = AspaTable.Build([
        Of('A', 'C', 'D'),
        Of('B', 'E'),
        Of('C', 'F'),
        Of('D', 'F', 'G'),
        new Aspa(Named('G'), [new Asn(0)]),
    ]);

    private static Asn Named(char name) => new(65000u + (uint)(name - 'A') * 10);

    private static Aspa Of(char customer, params char[] providers) => new(Named(customer), [.. providers.Select(Named)]);

    private static PathVerdict Verify(AspaTable aspas, IEnumerable<Asn> path, PathDirection direction)
    {
        var verifier = new PathVerifier(aspas, direction);
        foreach (Asn asn in path)
            verifier.Add(asn);
        return verifier.Verdict;
    }

    [Theory]
    [InlineData("FCA", PathValidity.Valid)]
    [InlineData("DCA", PathValidity.Invalid)] // C gave it to its lateral peer D, and D goes on upwards
    [InlineData("DFCA", PathValidity.Unknown)] // F says nothing of D
    [InlineData("DEB", PathValidity.Unknown)]
    [InlineData("ADEB", PathValidity.Invalid)]
    [InlineData("ADGEB", PathValidity.Invalid)]
    [InlineData("ACF", PathValidity.Invalid)] // a provider's route, given upwards again
    [InlineData("ACFG", PathValidity.Invalid)]
    [InlineData("EB", PathValidity.Valid)]
    [InlineData("A", PathValidity.Valid)] // nobody was on the way
    [InlineData("FFFCCAAA", PathValidity.Valid)] // prepended
    [InlineData("", PathValidity.Invalid)]
    public void What_a_customer_or_a_lateral_peer_sends_comes_upwards_only(string path, PathValidity validity) =>
        Assert.Equal(validity, Verify(Published, path.Select(Named), PathDirection.Upstream).Validity);

    [Theory]
    [InlineData("EGFCA", PathValidity.Unknown)]
    [InlineData("EGDA", PathValidity.Valid)]
    [InlineData("EDCA", PathValidity.Unknown)]
    [InlineData("EGDCA", PathValidity.Invalid)] // down from C to D, and up again to G
    [InlineData("CFDG", PathValidity.Unknown)]
    [InlineData("DGEB", PathValidity.Valid)]
    [InlineData("CDGEB", PathValidity.Invalid)]
    [InlineData("FCA", PathValidity.Valid)]
    [InlineData("EA", PathValidity.Valid)] // of two there is always one above the other, or both are peers
    [InlineData("ECA", PathValidity.Valid)] // forged by a provider towards its customer: no ASPA can tell
    [InlineData("A", PathValidity.Valid)]
    [InlineData("EEGGGDAA", PathValidity.Valid)]
    [InlineData("", PathValidity.Invalid)]
    public void What_a_provider_sends_comes_upwards_and_then_downwards(string path, PathValidity validity) =>
        Assert.Equal(validity, Verify(Published, path.Select(Named), PathDirection.Downstream).Validity);

    [Theory]
    [InlineData(PathDirection.Upstream)]
    [InlineData(PathDirection.Downstream)]
    public void A_set_in_the_path_is_invalid_wherever_it_stands(PathDirection direction)
    {
        for (int at = 0; at <= 2; at++)
        {
            var verifier = new PathVerifier(Published, direction);
            for (int i = 0; i < 2; i++)
            {
                if (i == at)
                    verifier.AddSet();
                verifier.Add(Named("FC"[i]));
            }
            if (at == 2)
                verifier.AddSet();
            Assert.Equal(PathValidity.Invalid, verifier.Verdict.Validity);
        }
    }

    [Fact]
    public void Who_gave_the_route_to_whom_is_named_nearest_to_the_origin_first()
    {
        Assert.Equal(
            new PathVerdict(PathValidity.Invalid, Named('C'), Named('D')),
            Verify(Published, "GDCA".Select(Named), PathDirection.Upstream)
        );
        // Twice: G has no provider, and C has no such one.
        Assert.Equal(
            new PathVerdict(PathValidity.Invalid, Named('G'), Named('C')),
            Verify(Published, "DCG".Select(Named), PathDirection.Upstream)
        );
    }

    [Fact]
    public void What_several_say_of_a_customer_counts_together_and_as0_provides_for_nobody()
    {
        var table = AspaTable.Build([Of('A', 'C'), Of('A', 'D'), new Aspa(Named('B'), [new Asn(0)])]);
        Assert.Equal(2, table.Count);
        Assert.Equal(ProviderAuthorization.Provider, table.Ask(Named('A'), Named('C')));
        Assert.Equal(ProviderAuthorization.Provider, table.Ask(Named('A'), Named('D')));
        Assert.Equal(ProviderAuthorization.NotProvider, table.Ask(Named('A'), Named('E')));
        Assert.Equal(ProviderAuthorization.NotProvider, table.Ask(Named('B'), new Asn(0)));
        Assert.Equal(ProviderAuthorization.NoAttestation, table.Ask(Named('C'), Named('A')));
    }

    [Fact]
    public void What_changed_between_two_tables_is_whose_aspa_came_went_or_names_others()
    {
        var after = AspaTable.Build([
            Of('A', 'D', 'C'), // the same in another order
            Of('B', 'E', 'G'), // one more
            Of('D', 'F', 'G'),
            Of('E', 'G'), // came; C's went
            new Aspa(Named('G'), []), // without a provider, as before
        ]);
        Asn[] changed = [Named('B'), Named('C'), Named('E')];
        Assert.Equal(changed, after.ChangedSince(Published).Order());
        Assert.Equal(changed, Published.ChangedSince(after).Order());
        Assert.Same(after.ChangedSince(Published), after.ChangedSince(Published));
        Assert.Empty(after.ChangedSince(after));
    }

    /// <summary>Every set of ASPAs that four networks can have, and every path of up to four of them.</summary>
    [Fact]
    public void Every_path_is_judged_as_the_draft_says_word_for_word()
    {
        Asn[] all = [new(1), new(2), new(3), new(4)];
        Asn[][] paths = [.. Paths(all, 4)];
        int[] counts = new int[6];
        // Of each customer nothing, or any choice of the others.
        for (int sets = 0; sets < 9 * 9 * 9 * 9; sets++)
        {
            var aspas = new Dictionary<Asn, Asn[]>();
            for (int i = 0, left = sets; i < all.Length; i++, left /= 9)
                if (left % 9 is > 0 and int some)
                    aspas[all[i]] = [.. all.Where(a => a != all[i]).Where((_, bit) => ((some - 1) >> bit & 1) != 0)];
            var table = AspaTable.Build(aspas.Select(a => new Aspa(a.Key, [.. a.Value])));
            foreach (Asn[] path in paths)
            foreach (PathDirection direction in Enum.GetValues<PathDirection>())
            {
                PathValidity expected = Draft(aspas, path, direction);
                counts[(int)direction * 3 + (int)expected]++;
                if (Verify(table, path, direction).Validity is var found && found != expected)
                    Assert.Fail(
                        $"{direction} {string.Join(' ', path)}: {found}, not {expected}, with {string.Join("; ", aspas.Select(a => $"{a.Key}: {string.Join(' ', a.Value)}"))}"
                    );
            }
        }
        Assert.All(counts, c => Assert.True(c > 10_000));
    }

    private static IEnumerable<Asn[]> Paths(Asn[] all, int most) =>
        most == 0
            ?
            [
                [],
            ]
            : Paths(all, most - 1).SelectMany(p => p.Length == most - 1 ? all.Select(a => (Asn[])[.. p, a]).Append(p) : [p]);

    /// <summary>§7.2 and §7.3 with their names: AS(1) is the origin, AS(N) the nearest.</summary>
    private static PathValidity Draft(Dictionary<Asn, Asn[]> aspas, Asn[] path, PathDirection direction)
    {
        if (path.Length == 0)
            return PathValidity.Invalid;
        Asn[] unique = [.. path.Where((a, i) => i == 0 || a != path[i - 1]).Reverse()];
        int n = unique.Length;
        int maxUp = n,
            minUp = n,
            maxDown = n,
            minDown = n;
        for (int i = n - 1; i >= 1; i--)
        {
            if (Authorized(i, i + 1) == false)
                maxUp = i;
            if (Authorized(i, i + 1) != true)
                minUp = i;
        }
        for (int j = 2; j <= n; j++)
        {
            if (Authorized(j, j - 1) == false)
                maxDown = n - j + 1;
            if (Authorized(j, j - 1) != true)
                minDown = n - j + 1;
        }
        if (direction == PathDirection.Upstream)
            return maxUp < n ? PathValidity.Invalid
                : minUp < n ? PathValidity.Unknown
                : PathValidity.Valid;
        return maxUp + maxDown < n ? PathValidity.Invalid
            : minUp + minDown < n ? PathValidity.Unknown
            : PathValidity.Valid;

        bool? Authorized(int customer, int provider) =>
            aspas.TryGetValue(unique[customer - 1], out Asn[]? providers) ? providers.Contains(unique[provider - 1]) : null;
    }
}
