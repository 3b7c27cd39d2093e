using Causeway.Arm;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Samples;

/// <summary>Every type that the server has has a sample, and no sample is of a type that it does not have.</summary>
public sealed class SampleTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    [Fact]
    public async Task Every_type_has_a_sample()
    {
        string[] written = [.. api.Endpoints().Where(e => e.Method == "PUT").Select(e => e.Type.FullName)];
        string[] decided = [.. api.Server.Services.GetServices<IWorkflow>().Select(w => w.Type)];
        IEnumerable<string> all = written.Union(decided, StringComparer.OrdinalIgnoreCase);
        string[] without = [.. all.Where(t => SampleBook.Find(t) is null)];
        Assert.True(without.Length == 0, $"These have no sample: {string.Join(", ", without)}.");
        Assert.Empty(SampleBook.All.Select(s => s.Type).Except(all, StringComparer.OrdinalIgnoreCase));

        Stage stage = await Stage.OpenAsync(api);
        var unwritten = new List<string>();
        foreach (Sample sample in SampleBook.All)
            if (
                written.Contains(sample.Type, StringComparer.OrdinalIgnoreCase)
                && (await sample.PutAsync(stage))?.Path.Contains(sample.Type.Split('/')[^1], StringComparison.OrdinalIgnoreCase) != true
            )
                unwritten.Add(sample.Type);
        Assert.True(unwritten.Count == 0, $"These have a PUT, and no body of one in their sample: {string.Join(", ", unwritten)}.");
    }

    [Fact]
    public void Every_sample_lies_in_a_file_of_its_name() => Assert.All(SampleBook.All, s => Assert.True(Directory.Exists(s.Folder)));
}
