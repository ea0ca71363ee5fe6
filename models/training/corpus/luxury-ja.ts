import { lines, words } from '../grammar.ts';

/** What forgers and owners of the real thing have in common. */
export const LUXURY = [
  'fashion/bags',
  'fashion/women',
  'fashion/men',
  'accessories/watches',
  'fashion/shoes',
  'other/other',
];

export const brand =
  words(`ルイヴィトン|ルイ・ヴィトン, グッチ, シャネル, ロレックス, エルメス, プラダ, ディオール, ナイキ|エアジョーダン, オメガ, カルティエ, バレンシアガ,
  シュプリーム, バーバリー, フェンディ, サンローラン, モンクレール, カナダグース, レイバン, オーデマピゲ, ティファニー, コーチ, ボッテガヴェネタ, セリーヌ,
  ジバンシィ, ゴヤール, タグホイヤー, ウブロ, ザノースフェイス, ストーンアイランド, ヴァンクリーフ, ロエベ, ミュウミュウ, クロムハーツ, パネライ, マルジェラ,
  ケイトスペード`);

export const model =
  words(`ネヴァーフル|スピーディ30, マーモント, マトラッセ, サブマリーナ|デイトナ, バーキン30|ケリー, サフィアーノ トート, サドルバッグ, ダンク ロー|
  ジョーダン1, スピードマスター, ラブブレス, トリプルS, ボックスロゴ パーカー, チェック マフラー, バゲット, ダウン マヤ, ウェイファーラー, ロイヤルオーク,
  オープンハート, シグネチャー トート, カセットバッグ, ラゲージ, サンルイ, カレラ, ビッグバン, ヌプシ, アルハンブラ, パズルバッグ, フローラルクロス,
  ルミノール, 足袋ブーツ, 長財布 モノグラム, ベルト GG, キーケース 6連`);

export const genuineTitles = lines(`
  {brand} {model} {proof}
  【{proof}】{brand} {model}
  {proof} {brand} {model}
  {brand} {model} 中古
  {brand} {model} {year}年 購入
  {brand} {model} {proof} 美品
`);
