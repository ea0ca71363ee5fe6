import { type Kind, lines, words } from '../grammar.ts';
import { colour, state } from './smalltalk-ja.ts';

const titles = lines(`
  {item}
  {item} {state}
  【{state}】{item}
  {brand} {item}
  {brand} {item} {state}
  {item} {colour}
  {colour} {item} {state}
  {item} サイズ{n}
  {item} {year}年製
  {item} {n}点セット
  {brand}の{item}
  {item} まとめ売り {state}
`);

interface Shelf {
  name: string;
  categories: string[];
  price: [number, number];
  brand: string;
  item: string;
  say: string;
}

const shelf = ({ name, categories, price, brand, item, say }: Shelf): Kind => ({
  name,
  language: 'ja',
  categories,
  price,
  titles,
  lines: lines(say),
  words: { item: words(item), brand: words(brand), state, colour },
});

export const everydayJa: readonly Kind[] = [
  shelf({
    name: '家電とカメラ',
    categories: ['electronics/phones', 'electronics/audio', 'electronics/computers', 'electronics/cameras'],
    price: [10, 1400],
    brand:
      'ソニー, アップル, パナソニック, キヤノン, ニコン, シャープ, 富士通, NEC, アンカー, エレコム, 東芝, オリンパス, バッファロー',
    item: `ワイヤレスイヤホン, ノートパソコン, タブレット, 一眼レフカメラ, スマートウォッチ, スピーカー, キーボード, マウス, スマホ 128GB, 外付けHDD, モニター 27インチ,
      三脚, 電子書籍リーダー, グラフィックボード, ルーター, 望遠レンズ, マイク, モバイルバッテリー, ドローン カメラ付き`,
    say: `バッテリーの状態は9{n}パーセントです
      初期化済み、SIMロック解除済みです
      画面に割れはありません
      充電器とケーブルが付属します
      シャッター回数は{n}千回ほどです
      最新版に更新してあります
      レンズにカビはありません
      室内での撮影に使いました`,
  }),
  shelf({
    name: '服',
    categories: ['fashion/women', 'fashion/men', 'fashion/shoes', 'fashion/kids'],
    price: [4, 180],
    brand:
      'ユニクロ, ザラ, 無印良品, ジーユー, リーバイス, しまむら, ビームス, アディダス, ミズノ, コロンビア, コンバース, ワコール',
    item: `デニムジャケット, ワンピース, ウールコート, リネンシャツ, カーゴパンツ, スニーカー, ブーツ, レインコート, ニット, プリーツスカート, パーカー, 制服, スカーフ, 水着,
      ベルト, トートバッグ, ハンドバッグ, リュック, 腕時計, サングラス`,
    say: `身長160センチでちょうど良い丈です
      自宅で洗濯できます
      一度着てクリーニングに出しました
      両側にポケットがあります
      柔らかくて伸びる生地です
      裾に小さな糸のほつれがあります
      袖が{n}センチほど短めです
      サイズ違いで買ってしまいました`,
  }),
  shelf({
    name: '家具と台所',
    categories: ['home/kitchen', 'home/furniture', 'home/decor', 'home/appliances'],
    price: [5, 500],
    brand:
      'ニトリ, イケア, 象印, タイガー, ルクルーゼ, アイリスオーヤマ, バルミューダ, デロンギ, 山善, フランフラン, 柳宗理, ティファール',
    item: `炊飯器, コーヒーメーカー, フロアランプ, 本棚, お皿セット, 鉄フライパン, 掃除機, オーブントースター, カーテン, ラグ, 椅子, ベッドフレーム, ミキサー, 加湿器,
      急須セット, 写真立て, 収納ボックス, 布団カバー, 壁掛け時計, 土鍋`,
    say: `重いため引き取りをお願いします
      食洗機で使えます、欠けはありません
      運転音は静かでフィルターは交換済みです
      組み立ては一度だけ、ネジもそろっています
      ペットはいません
      幅は{n}0センチです
      引っ越しのため出品します
      電球も付いています`,
  }),
  shelf({
    name: 'おもちゃとゲーム',
    categories: ['toys/figures', 'toys/board games', 'games/video games', 'toys/baby', 'games/trading cards'],
    price: [3, 250],
    brand:
      'レゴ, バンダイ, 任天堂, タカラトミー, セガ, シルバニア, アンパンマン, ボーネルンド, コナミ, くもん, カプコン',
    item: `ブロック, ドールハウス, ジグソーパズル, 電車セット, ぬいぐるみ, ボードゲーム, 携帯ゲーム機, カードバインダー, ベビーカー, 抱っこ紐, フィギュア, ラジコン,
      トランプ, 冒険ゲーム ソフト, 積み木, 凧, プラモデル 飛行機, お絵かきボード`,
    say: `部品の数を確認済み、欠品はありません
      息子が遊ばなくなりました
      箱に破れがありますが中身はきれいです
      電池を交換しました
      {n}か月から使えます
      スリーブに入れて保管していました
      説明書はありません
      カバーは洗えます`,
  }),
  shelf({
    name: '本と音楽',
    categories: ['books/fiction', 'books/comics', 'books/business', 'music/cd', 'music/vinyl', 'movies/dvd'],
    price: [2, 70],
    brand: '講談社, 集英社, 新潮文庫, 岩波, 角川, 小学館, ジブリ, ソニーミュージック, 東宝, 早川書房',
    item: `推理小説, 漫画 全巻, 料理本, 旅行ガイド, 歴史の教科書, ジャズ レコード, 映画 ボックス, 詩集, 絵本, 英会話 教材, 画集, SF小説, 伝記, 楽譜, 雑誌 バックナンバー, 写真集`,
    say: `書き込みはありません
      音飛びなく再生できます
      一度だけ読みました
      {year}年の第二版です
      ジャケットに傷みがあります
      最後まで目が離せない物語です
      最初の章に線が引いてあります
      文字が大きく読みやすいです`,
  }),
  shelf({
    name: 'スポーツと野外',
    categories: ['sports/outdoor', 'sports/camping', 'sports/fitness', 'sports/cycling', 'sports/fishing'],
    price: [5, 700],
    brand:
      'コールマン, シマノ, スノーピーク, ヨネックス, モンベル, ダイワ, アシックス, ブリヂストン, ロゴス, ゼット, キャロウェイ',
    item: `二人用テント, 寝袋, ロードバイク, テニスラケット, ヨガマット, ダンベル, 釣り リール, ゴルフクラブ, 登山靴, スノーボード, ウェットスーツ, バーナー, サッカーボール,
      クライミングロープ, スキーゴーグル, カヤック パドル, ランニングポーチ, 水筒`,
    say: `一シーズンだけ使いました
      耐水圧は{n}千ミリです
      タイヤとチェーンは新品です
      身長175センチくらいの方向けです
      とても小さくたためます
      グリップを巻き直しました
      ポールとペグはそろっています
      室内保管で錆はありません`,
  }),
  shelf({
    name: '工具、車、楽器',
    categories: [
      'tools/power tools',
      'tools/garden',
      'auto/parts',
      'auto/garage',
      'crafts/supplies',
      'pets/supplies',
      'music/instruments',
    ],
    price: [4, 600],
    brand: 'マキタ, ボッシュ, ケルヒャー, トヨタ, ヤマハ, ローランド, ブラザー, ホンダ, カシオ, フェンダー, リョービ',
    item: `電動ドリル, 芝刈り機, ルーフキャリア, 工具箱, 散水ホース, スタッドレスタイヤ, ミシン, アコースティックギター, 電子ピアノ, 水槽, 犬用ベッド, キャットタワー, 鳥かご, 絵筆,
      毛糸, ソケットレンチ, 丸のこ, シートカバー, バイオリン`,
    say: `春に整備しました、調子は良いです
      電池2個と充電器があります
      {year}年以降の車に合います
      弦は先週張り替えました
      刃を研ぎました
      掃除と消毒をしました
      引き取りに来られる方
      物置で保管していました`,
  }),
  shelf({
    name: '美容と手作り',
    categories: [
      'beauty/skin',
      'beauty/hair',
      'beauty/perfume',
      'handmade/jewelry',
      'handmade/other',
      'jewelry/rings',
      'food/tea',
    ],
    price: [3, 160],
    brand: '資生堂, ニベア, コーセー, 花王, ファンケル, オルビス, ロクシタン, ちふれ, カネボウ',
    item: `化粧水, ヘアアイロン, 香水 50ml, シルバーリング, 手編み 靴下, 陶器 マグカップ, アロマキャンドル, ネイルセット, ビーズ ブレスレット, 石けん 詰め合わせ, 緑茶 缶,
      メイクブラシ, 刺繍 ポーチ, パール ピアス, 革 キーケース, レジン ペンダント`,
    say: `開封して2回使いました
      期限は来年までです
      手作りのため一つずつ違います
      ラベンダーの香りです
      シルバー925の刻印があります
      ご希望でラッピングします
      敏感肌の方にも使えます
      作るのに{n}時間かかりました`,
  }),
];
