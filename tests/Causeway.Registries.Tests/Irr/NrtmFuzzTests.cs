using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Nrtm;

namespace Causeway.Registries.Tests.Irr;

/// <summary>Servers that answer anything: pieces of real answers in any order, cut and with octets changed; from fixed seeds.</summary>
public sealed class NrtmFuzzTests
{
    private static readonly string[] Pieces =
    [
        "%START Version: 3 TEST 8-12\n\n",
        "%START Version: 1 TEST 8-12\n\n",
        "% START Version: 3 TEST 9-12 FILTERED\n\n",
        "%ERROR:401: invalid range: Not within 1-7\n",
        "%ERROR:401: invalid range: Not within 99999999999999999999-7\n",
        "%% ERROR: Serials 8 - 20 do not exist\n",
        "%% ERROR: Serial range requested exceeds maximum range of 2\n",
        "% Warning: there are no newer updates available\n",
        "ADD 8\n\n",
        "ADD\n\n",
        "DEL 9\n\n",
        "route: 192.0.2.0/24\norigin: AS1\nsource: TEST\n\n",
        "route: 10.0.0.0/16\norigin: AS1\nsource: TEST\n\n",
        "person: nobody\n\n",
        "%END TEST\n",
        "\n",
    ];

    [Fact]
    public async Task Whatever_a_server_answers_a_run_has_an_outcome_and_the_source_stays_whole()
    {
        using var fixture = new IrrFixture();
        string path = Path.Combine(fixture.Folder, "test.db");
        File.WriteAllText(path, "route: 10.0.0.0/16\norigin: AS1\nsource: TEST\n\nroute: 10.1.0.0/16\norigin: AS1\nsource: TEST\n");
        File.WriteAllText(Path.Combine(fixture.Folder, "TEST.CURRENTSERIAL"), "7");
        fixture.Load(IrrDump.File(path));
        var outcomes = new Dictionary<Type, int>();
        for (int seed = 0; seed < 4000; seed++)
        {
            var random = new Random(FuzzSeed.Of(seed));
            byte[] bytes = Encoding.ASCII.GetBytes(
                string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Pieces[random.Next(Pieces.Length)]))
            );
            for (int i = random.Next(3); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length + 1)];
            NrtmOutcome outcome;
            try
            {
                using var lines = new Nrtm3Lines(new MemoryStream(bytes), 1 << 20);
                Nrtm3Answer answer = await Nrtm3Answer.ReadAsync(lines, "TEST", 8, TestContext.Current.CancellationToken);
                outcome = answer.Refusal is null ? new NrtmOutcome.UpToDate(answer.Last) : new NrtmOutcome.NeedsReload($"{answer.Refusal}");
                if (answer.Refusal is null)
                    Assert.InRange(answer.Last, 8, long.MaxValue);
                if (answer.Changes.Count > 0)
                    await fixture.Store.ApplyAsync(
                        "TEST",
                        answer.Changes,
                        answer.Last,
                        "test",
                        null,
                        TestContext.Current.CancellationToken
                    );
            }
            catch (Nrtm3Exception e)
            {
                outcome = new NrtmOutcome.Failed(e.Message);
            }
            outcomes[outcome.GetType()] = outcomes.GetValueOrDefault(outcome.GetType()) + 1;
        }
        // Every kind of outcome was reached, or this proves nothing.
        Assert.Equal(3, outcomes.Count);
        Assert.NotNull(fixture.Database.Source("TEST"));
    }
}
