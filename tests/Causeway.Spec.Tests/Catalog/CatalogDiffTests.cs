using System.Text;
using Causeway.Spec.Catalog;

namespace Causeway.Spec.Tests.Catalog;

public sealed class CatalogDiffTests
{
    private const string Sourced = "\"source\": \"https://models.example\", \"asOf\": \"2026-11-22\", \"confidence\": \"official\"";

    [Fact]
    public void A_catalog_does_not_differ_from_itself() => Assert.Empty(CatalogDiff.Between(ModelCatalog.BuiltIn.File, ModelCatalog.BuiltIn.File));

    [Fact]
    public void Each_group_of_facts_that_changed_is_one_difference()
    {
        var old = Read($$"""{ "a": { "limits": { "context": 1, {{Sourced}} }, "lifecycle": { {{Sourced}} } }, "b": { "limits": { {{Sourced}} } } }""", """{ "m": {}, "n": {} }""");
        var @new = Read($$"""{ "a": { "limits": { "context": 2, {{Sourced}} } }, "c": {} }""", """{ "m": { "shutdown": "2027-01-14" }, "n": {}, "o": { "shutdown": null } }""");

        Assert.Equal(
            ["p/a lifecycle -", "p/a limits ~", "p/b model -", "p/b limits -", "p/c model +", "upstream u/m listed ~", "upstream u/o listed +"],
            CatalogDiff.Between(old, @new).Select(change => $"{change.Where} {change.What} {(change.Old is null ? '+' : change.New is null ? '-' : '~')}"));
    }

    [Fact]
    public void What_an_upstream_lists_is_taken_as_far_as_it_is_understood()
    {
        var models = UpstreamModels.TryRead(Encoding.UTF8.GetBytes("""
            {"object":"list","data":[
              {"id":"a","object":"model","created":1,"owned_by":"x","shutdown_date":"2027-01-14"},
              {"id":"b","shutdown_date":null}, {"id":"c"}, {"id":"d","shutdown_date":"soon"}, {"id":7}, {"id":""}, 3, {"id":"e\u0000"}]}
            """))!;

        Assert.Equal(
            [("a", new ListedFacts(true, new DateOnly(2027, 1, 14))), ("b", new ListedFacts(true, null)), ("c", default), ("d", default)],
            models.Select(pair => (pair.Key, pair.Value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{\"data\":{}}")]
    [InlineData("{\"data\":[{\"id\":\"\\ud800\"}]}")]
    public void What_is_no_list_is_none(string answer) => Assert.Null(UpstreamModels.TryRead(Encoding.UTF8.GetBytes(answer)));

    [Fact]
    public void A_folder_without_a_file_has_the_built_in_catalog_and_one_with_a_broken_file_none()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-catalog-");
        try
        {
            Assert.Empty(CatalogDiff.Between(ModelCatalog.BuiltIn.File, CatalogFolder.Read(folder.FullName).File));
            var own = Read("{}", """{ "m": { "shutdown": "2027-01-14" } }""");
            CatalogFolder.Write(folder.FullName, own);
            Assert.Empty(CatalogDiff.Between(own, CatalogFolder.ReadOwn(folder.FullName)));
            File.WriteAllText(CatalogFolder.PathIn(folder.FullName), "{ \"catalog\": 1, \"providrs\": {} }");
            Assert.Contains("catalog.json.providrs is no key", Assert.Throws<CatalogFormatException>(() => CatalogFolder.Read(folder.FullName)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static CatalogFile Read(string models, string listed) => CatalogReader.Read(Encoding.UTF8.GetBytes($$"""
        { "catalog": 1, "providers": { "p": { "models": {{models}} } },
          "upstreams": { "u": { "source": "http://u/models", "asOf": "2026-11-22", "models": {{listed}} } } }
        """), "x");
}
