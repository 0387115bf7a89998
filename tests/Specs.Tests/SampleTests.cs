using StreamGrains.Engine.Steps.Score;

namespace StreamGrains.Specs.Tests;

public class SampleTests
{
    [Theory]
    [InlineData("samples/fraud/job.yaml", 2)]
    [InlineData("samples/fraud/hourly.yaml", 1)]
    [InlineData("samples/streams/job.yaml", 1)]
    public void Every_sample_compiles(string file, int stages)
    {
        var path = Repository.PathOf(file);

        var result = JobCompiler.Compile(File.ReadAllText(path), file, [], null, Path.GetDirectoryName(path)!);

        Assert.Empty(result.Errors);
        Assert.Equal(stages, result.Plan!.Stages.Count);
    }

    [Fact]
    public void The_fraud_job_has_the_fifteen_features_in_the_order_of_the_model()
    {
        var plan = Compile.Good(File.ReadAllText(Repository.PathOf("samples/fraud/job.yaml")));
        var stage = plan.Stages[1];

        var score = Assert.Single(stage.Steps.OfType<ScorePlan>());

        Assert.Equal(
            ["amount", "weekend", "night", "customer_count_1d", "customer_avg_1d", "customer_count_7d", "customer_avg_7d", "customer_count_30d", "customer_avg_30d",
             "terminal_count_1d", "terminal_risk_1d", "terminal_count_7d", "terminal_risk_7d", "terminal_count_30d", "terminal_risk_30d"],
            score.Features.Select(f => stage.Layout.Columns[f].Name));
        Assert.Equal("card-fraud.by-terminal_id", stage.Input.Topic);
        Assert.Equal("/models/xgboost_100.onnx", score.Model);
    }
}
